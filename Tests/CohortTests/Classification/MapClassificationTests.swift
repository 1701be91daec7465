import Cohort
import Foundation
import Imaging
import Segmentation
import Testing

@Suite("Classification of maps")
struct MapClassificationTests {
  private let place: Workplace
  private let maps: MapSet
  private let participants: DataTable

  /// Balls to the left are of one class, to the right of another; `coin` has nothing to do with them.
  init() throws {
    place = try Workplace()
    let synthetic = SyntheticMaps(count: 40, seed: 2)
    maps = try MapSet(try synthetic.written(to: place))
    var generator = SeededGenerator(seed: 3)
    let rows = zip(maps.subjects, synthetic.places).map { subject, place in
      [subject.person, place.x > 7.5 ? "right" : "left", Bool.random(using: &generator) ? "a" : "b"]
    }
    participants = try DataTable(
      text: SyntheticCohort.text([["participant_id", "side", "coin"]] + rows), path: "participants.tsv")
  }

  private func outcome(_ target: String, permutations: Int = 0) throws -> MapClassification.Outcome {
    var settings = Association.Settings()
    settings.validation.folds = 4
    settings.permutations = permutations
    var configuration = ClassifierTraining.Configuration()
    configuration.channels = [8, 16]
    configuration.epochs = 12
    configuration.schedule.peak = 3e-3
    return try MapClassification(
      maps, participants: [participants], target: target, settings: settings, configuration: configuration,
      threads: 1
    ).run()
  }

  @Test("classes that differ are told apart, beyond chance, and the map says where they differ")
  func finds() throws {
    let outcome = try outcome("side", permutations: 4)
    let score = try #require(outcome.report.results.first?.scores.first)
    #expect(try #require(score.value) > 0.9)
    #expect(score.probability == 0.2)
    // Class 1 is `right`: gray matter at high x speaks for it, at low x against it.
    let saliency = outcome.saliency
    func mean(_ columns: Range<Int>) -> Float {
      var sum: Float = 0
      for k in 4..<12 { for j in 4..<12 { for i in columns { sum += saliency[i, j, k] } } }
      return sum
    }
    #expect(mean(9..<14) > mean(2..<7))
    try outcome.model.write(to: place("c.safetensors"), program: "test")
    let read = try LatentModel(contentsOf: place("c.safetensors"))
    let chances = try read.encode(maps.values, threads: 1).flatMap { $0 }
    #expect(read.names == ["probability"] && chances.allSatisfy { 0...1 ~= $0 })
    #expect(throws: LatentError.noWayBack) { try read.decode([[0.5]]) }
  }

  @Test("a coin is not told apart")
  func coin() throws {
    let score = try #require(try outcome("coin").report.results.first?.scores.first)
    // Four standard errors of an AUC of 20 against 20, 0.09, above a half.
    #expect(try #require(score.value) < 0.87)
    #expect(throws: AssociationError.self) { try outcome("nothing") }
  }
}
