import Foundation
import Imaging
import LatentSpace
import NeuralNetwork
import Numerics
import Statistics
import TestSupport
import Testing

@Suite("Classification of maps")
struct MapClassificationTests {
  private let place: Workplace
  private let maps: MapSet
  private let participants: ParticipantTable

  /// Balls to the left are of one class, to the right of another; `coin` has nothing to do with them.
  init() throws {
    place = try Workplace()
    let synthetic = SyntheticMaps(count: 40, seed: 2)
    maps = try MapSet(try synthetic.written(to: place))
    var generator = SeededGenerator(seed: 3)
    let rows = zip(maps.subjects, synthetic.places).map { subject, place in
      [subject.person, place.x > 7.5 ? "right" : "left", Bool.random(using: &generator) ? "a" : "b"]
    }
    participants = try ParticipantTable(
      text: Table.text([["participant_id", "side", "coin"]] + rows), path: "participants.tsv")
  }

  private func outcome(
    _ target: String, of maps: MapSet? = nil, permutations: Int = 0, epochs: Int = 4
  ) throws -> MapClassification.Outcome {
    var settings = Association.Settings()
    settings.validation.folds = 4
    settings.permutations = permutations
    var configuration = ClassifierTraining.Configuration()
    configuration.channels = [8, 16]
    configuration.epochs = epochs
    configuration.schedule.peak = 3e-3
    return try MapClassification(
      maps ?? self.maps, participants: [participants], target: target, settings: settings,
      configuration: configuration, threads: 1
    ).run()
  }

  @Test("classes that differ are distinguished better than by chance")
  func finds() throws {
    let outcome = try outcome("side", permutations: 4)
    let score = try #require(outcome.report.results.first?.scores.first)
    #expect(try #require(score.value) > 0.9)
    #expect(score.probability == 0.2)
    try outcome.model.write(to: place("c.safetensors"), program: "test")
    let read = try LatentModel(contentsOf: place("c.safetensors"))
    let chances = try read.encode(maps.values, threads: 1).flatMap { $0 }
    #expect(read.names == ["probability"] && chances.allSatisfy { 0...1 ~= $0 })
    #expect(throws: LatentError.noWayBack) { try read.decode([[0.5]]) }
  }

  @Test("saliency is the gradient with respect to the maps: with values four times as large, a quarter")
  func saliencyUnit() throws {
    let other = try Workplace()
    var large = SyntheticMaps(count: 40, seed: 2)
    large.maps = large.maps.map { map in Volume(grid: map.grid, voxels: map.voxels.map { 4 * $0 }) }
    let largeMaps = try MapSet(try large.written(to: other))
    let saliency = try outcome("side", epochs: 1).saliency.voxels
    let quarter = try outcome("side", of: largeMaps, epochs: 1).saliency.voxels
    // The inputs of the networks are the same, because 4 is a power of 2.
    let largest = try #require(saliency.map { abs($0) }.max())
    #expect(largest > 0)
    #expect(zip(saliency, quarter).allSatisfy { abs($0 - 4 * $1) < 1e-3 * largest })
  }

  /// Of single precision: differences of a logit over 0.02 of a voxel.
  private static let slopeTolerance = 0.02

  @Test("saliency is the slope of the logit")
  func saliency() throws {
    let training = ClassifierTraining(.init(), grid: maps.grid, threads: 1)
    var generator = SeededGenerator(seed: 4)
    let parameters = Parameters(for: training.graph, using: &generator)
    let map = maps.values[0]
    func logit(_ map: [Float]) throws -> Double {
      let chance = try training.probabilities(parameters, of: [map])[0]
      return log(chance / (1 - chance))
    }
    let saliency = try training.saliency(parameters, of: [map])
    let strongest = saliency.indices.sorted { abs(saliency[$0]) > abs(saliency[$1]) }.prefix(5)
    for voxel in strongest {
      var (above, below) = (map, map)
      above[voxel] += 0.01
      below[voxel] -= 0.01
      let slope = (try logit(above) - logit(below)) / 0.02
      #expect(abs(slope - Double(saliency[voxel])) < Self.slopeTolerance * max(1, abs(slope)))
    }
  }

  @Test("the network of a model file takes the means that the training has taken beforehand")
  func pooling() throws {
    var configuration = ClassifierTraining.Configuration()
    var coarse = configuration
    coarse.pooling = 1
    let training = ClassifierTraining(configuration, grid: maps.grid, threads: 1)
    let small = ClassifierTraining(
      coarse, grid: Grid(shape: maps.grid.shape / 2, affine: .identity), threads: 1)
    var generator = SeededGenerator(seed: 6)
    let parameters = Parameters(for: training.graph, using: &generator)
    let same = try Parameters(for: small.graph, tensors: parameters.tensors)
    let whole = try training.probabilities(parameters, of: [maps.values[0]])
    let means = try small.probabilities(same, of: [training.pooled(maps.values[0])])
    // Of single precision.
    #expect(abs(whole[0] - means[0]) < 1e-5)
    configuration.pooling = 3
    let odd = ClassifierTraining(configuration, grid: maps.grid).pooled(Array(0..<4096).map(Float.init))
    // 16 voxels have five cubes of three along a side; the first is the mean of its corners' numbers.
    #expect(odd.count == 125 && odd[0] == 1 + 16 + 256)
  }

  @Test("a random class is not predicted")
  func coin() throws {
    let score = try #require(try outcome("coin").report.results.first?.scores.first)
    // Four standard errors of an AUC of 20 against 20, 0.09, above a half.
    #expect(try #require(score.value) < 0.87)
    #expect(throws: AssociationError.self) { try outcome("nothing") }
  }
}
