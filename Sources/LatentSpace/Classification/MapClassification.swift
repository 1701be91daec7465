import Imaging
import NeuralNetwork
import Statistics

/// Classifies participants by their maps with a convolutional network, with the cross-validation and the permutation
/// test of an association.
public struct MapClassification: Sendable {
  /// The result of a classification.
  public struct Outcome: Sendable {
    /// The scores and predictions.
    public var report: AssociationReport
    /// A model trained on all maps after cross-validation.
    public var model: LatentModel
    /// The gradient of the logit of class 1 with respect to each voxel, over the maps of the test parts.
    public var saliency: Volume
  }

  private let maps: MapSet
  private let sample: AssociationSample
  private let settings: Association.Settings
  private let training: ClassifierTraining

  /// Prepares the classification.
  /// - Parameters:
  ///   - maps: the maps.
  ///   - participants: tables with one row per participant or session.
  ///   - target: the column of the two classes.
  ///   - group: the column of groups that are never split between folds; `nil` for the participant.
  ///   - settings: cross-validation, permutations and confidence intervals.
  ///   - configuration: the configuration of the training.
  ///   - threads: number of threads; by default all cores.
  /// - Throws: `AssociationError` if the target does not have two classes, or one of them has too few participants.
  public init(
    _ maps: MapSet, participants: [ParticipantTable], target: String, group: String? = nil,
    settings: Association.Settings, configuration: ClassifierTraining.Configuration, threads: Int? = nil
  ) throws {
    let input = AssociationInput(
      features: DataTable(
        participants: maps.subjects.map(\.person), scans: maps.subjects.map(\.description), path: "maps"),
      participants: participants, group: group)
    sample = try input.sample(of: target, kind: .binary)
    try settings.check(sample, isNested: false)
    self.maps = maps.scans(at: sample.sources)
    self.settings = settings
    training = ClassifierTraining(configuration, grid: maps.grid, threads: threads)
  }

  /// Number of networks that are trained: one for each fold of the target and of each permuted target, and one on all
  /// maps.
  public var trainingCount: Int { folds(of: sample.target).count * (settings.permutations + 1) + 1 }

  private func folds(of target: [Double]) -> [[Int]] {
    settings.validation.split(
      groups: sample.groups, into: settings.validation.folds, stream: 0, classes: target)
  }

  /// Trains and tests all networks.
  /// - Parameter report: called with the number of networks trained, out of `trainingCount`.
  /// - Throws: `EngineError`, `LatentError.diverged`.
  public func run(report: (Int) -> Void = { _ in }) throws -> Outcome {
    var done = 0
    var saliency = [Float](repeating: 0, count: maps.grid.count)
    func predictions(for target: [Double], isTrue: Bool) throws -> [Double] {
      var probabilities = [Double](repeating: 0.5, count: target.count)
      for testing in folds(of: target) {
        if let network = try network(without: testing, target) {
          let inputs = testing.map { network.scaling(maps.values[$0]) }
          let found = try training.probabilities(network.parameters, of: inputs)
          for (row, value) in zip(testing, found) { probabilities[row] = value }
          if isTrue {
            let slopes = try training.saliency(network.parameters, of: inputs)
            // By the chain rule, because the network sees the differences divided by the fold's scale.
            let share = 1 / (Float(target.count) * network.scaling.scale)
            for i in saliency.indices { saliency[i] += slopes[i] * share }
          }
        }
        done += 1
        report(done)
      }
      return probabilities
    }
    let found = try predictions(for: sample.target, isTrue: true)
    let test = settings.permutationTest(of: sample)
    let null = try (0..<settings.permutations).map { number in
      let target = test.permuted(number)
      let predicted = try predictions(for: target, isTrue: false)
      return AssociationMeasure.all(isBinary: true).map { $0.value(of: predicted, target: target) }
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

  /// Returns a network trained without the test rows; `nil` if the other rows have one class only.
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
