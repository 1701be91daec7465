import Imaging
import NeuralNetwork
import Segmentation

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
  /// - Throws: `AssociationError` where the target has no two classes.
  public init(
    _ maps: MapSet, participants: [DataTable], target: String, group: String? = nil,
    settings: Association.Settings, configuration: ClassifierTraining.Configuration, threads: Int? = nil
  ) throws {
    // The one feature is a map's number, by which it is found again.
    let numbers = FeatureTable(
      subjects: maps.subjects, names: ["map"], features: maps.values.indices.map { [Float($0)] })
    let input = try AssociationInput(
      features: DataTable(text: numbers.tsv, path: "maps"), participants: participants, group: group)
    sample = try input.sample(of: target, kind: .binary)
    self.maps = maps.scans(at: sample.features[0].values.column(0).map { Int($0) })
    self.settings = settings
    training = ClassifierTraining(configuration, grid: maps.grid, threads: threads)
  }

  /// How many networks are trained: for each fold of the true target and of each exchanged one, and the last.
  public var trainingCount: Int { folds.count * (settings.permutations + 1) + 1 }

  private var folds: [[Int]] {
    settings.validation.split(groups: sample.groups, into: settings.validation.folds, stream: 0)
  }

  /// - Parameter report: is told how many networks are trained, of `trainingCount`.
  /// - Throws: `EngineError`, `LatentError.diverged`.
  public func run(report: (Int) -> Void = { _ in }) throws -> Outcome {
    var done = 0
    func judged(_ target: [Double]) throws -> (chances: [Double], saliency: [Float]) {
      var chances = [Double](repeating: 0.5, count: target.count)
      var saliency = [Float](repeating: 0, count: maps.grid.count)
      for testing in folds {
        let found = try judge(testing, target)
        for (row, chance) in zip(testing, found.chances) { chances[row] = chance }
        for i in saliency.indices { saliency[i] += found.saliency[i] / Float(target.count) }
        done += 1
        report(done)
      }
      return (chances, saliency)
    }
    let found = try judged(sample.target)
    let test = PermutationTest(
      target: sample.target, groups: sample.groups, seed: settings.resampling.seed)
    let null = try (0..<settings.permutations).map { number in
      let target = test.permuted(number)
      let chances = try judged(target).chances
      return AssociationMeasure.all(isBinary: true).map { $0.value(of: chances, target: target) }
    }
    let result = AssociationResult(
      sample, features: "maps", model: "cnn",
      scores: settings.scores(of: found.chances, sample, null: null), predictions: found.chances)
    let model = try lastModel()
    report(done + 1)
    return Outcome(
      report: AssociationReport(settings: settings, covariates: [], results: [result]), model: model,
      saliency: Volume(grid: maps.grid, voxels: found.saliency))
  }

  /// A network that saw none of these rows, on them.
  private func judge(
    _ testing: [Int], _ target: [Double]
  ) throws -> (chances: [Double], saliency: [Float]) {
    let held = Set(testing)
    let rows = target.indices.filter { !held.contains($0) }
    let own = rows.map { target[$0] }
    guard Set(own).count == 2 else {
      return (
        Array(repeating: 0.5, count: testing.count), Array(repeating: 0, count: maps.grid.count)
      )
    }
    let scaling = MapScaling(maps.scans(at: rows).values)
    let parameters = try training.run(rows.map { scaling(maps.values[$0]) }, target: own)
    return try training.apply(parameters, to: testing.map { scaling(maps.values[$0]) })
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
