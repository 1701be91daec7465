import Imaging
import NeuralNetwork
import Statistics

/// Tells two classes of participants apart by their maps, end to end, with the folds and the null of an association.
public struct MapClassification: Sendable {
  /// What was found.
  public struct Outcome: Sendable {
    public var report: AssociationReport
    /// Trained on all maps, after the folds have judged.
    public var model: LatentModel
    /// How the logit of class 1 rises with each voxel, over maps that the network had not seen.
    public var saliency: Volume
  }

  private let maps: MapSet
  private let sample: AssociationSample
  private let settings: Association.Settings
  private let training: ClassifierTraining

  /// - Parameters:
  ///   - group: as of `AssociationInput`.
  /// - Throws: `AssociationError` where the target has no two classes, or too few of one.
  public init(
    _ maps: MapSet, participants: [DataTable], target: String, group: String? = nil,
    settings: Association.Settings, configuration: ClassifierTraining.Configuration, threads: Int? = nil
  ) throws {
    let input = try AssociationInput(
      features: DataTable(
        participants: maps.subjects.map(\.person), scans: maps.subjects.map(\.description), path: "maps"),
      participants: participants, group: group)
    sample = try input.sample(of: target, kind: .binary)
    try settings.check(sample, isNested: false)
    self.maps = maps.scans(at: sample.sources)
    self.settings = settings
    training = ClassifierTraining(configuration, grid: maps.grid, threads: threads)
  }

  /// How many networks are trained: for each fold of the true target and of each exchanged one, and the last.
  public var trainingCount: Int { folds(of: sample.target).count * (settings.permutations + 1) + 1 }

  private func folds(of target: [Double]) -> [[Int]] {
    settings.validation.split(
      groups: sample.groups, into: settings.validation.folds, stream: 0, classes: target)
  }

  /// - Parameter report: is told how many networks are trained, of `trainingCount`.
  /// - Throws: `EngineError`, `LatentError.diverged`.
  public func run(report: (Int) -> Void = { _ in }) throws -> Outcome {
    var done = 0
    var saliency = [Float](repeating: 0, count: maps.grid.count)
    func judged(_ target: [Double], isTrue: Bool) throws -> [Double] {
      var chances = [Double](repeating: 0.5, count: target.count)
      for testing in folds(of: target) {
        if let network = try network(without: testing, target) {
          let inputs = testing.map { network.scaling(maps.values[$0]) }
          let found = try training.chances(network.parameters, of: inputs)
          for (row, chance) in zip(testing, found) { chances[row] = chance }
          if isTrue {
            let slopes = try training.saliency(network.parameters, of: inputs)
            for i in saliency.indices { saliency[i] += slopes[i] / Float(target.count) }
          }
        }
        done += 1
        report(done)
      }
      return chances
    }
    let found = try judged(sample.target, isTrue: true)
    let test = settings.permutationTest(of: sample)
    let null = try (0..<settings.permutations).map { number in
      let target = test.permuted(number)
      let chances = try judged(target, isTrue: false)
      return AssociationMeasure.all(isBinary: true).map { $0.value(of: chances, target: target) }
    }
    let result = AssociationResult(
      sample, features: "maps", model: "cnn", settings: settings,
      scores: settings.scores(of: found, sample, null: null), predictions: found)
    let model = try lastModel()
    report(done + 1)
    return Outcome(
      report: AssociationReport(settings: settings, covariates: [], results: [result]), model: model,
      saliency: Volume(grid: maps.grid, voxels: saliency))
  }

  /// A network that saw none of these rows; `nil` where only one class is left.
  private func network(
    without testing: [Int], _ target: [Double]
  ) throws -> (scaling: MapScaling, parameters: Parameters)? {
    let held = Set(testing)
    let rows = target.indices.filter { !held.contains($0) }
    let own = rows.map { target[$0] }
    guard Set(own).count == 2 else { return nil }
    let scaling = MapScaling(maps.scans(at: rows).values)
    return (scaling, try training.run(rows.map { scaling(maps.values[$0]) }, target: own))
  }

  private func lastModel() throws -> LatentModel {
    let scaling = MapScaling(maps.values)
    let parameters = try training.run(maps.values.map { scaling($0) }, target: sample.target)
    var model = LatentModel(
      grid: maps.grid, scaling: scaling, coder: .classifier(training.graph, parameters),
      trainingSubjects: maps.subjects.map(\.description))
    model.describe(try model.encode(maps.values))
    return model
  }
}
