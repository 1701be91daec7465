import NeuralNetwork
import Numerics

/// Predicts measures from features, and says how much of it could be chance.
public struct Association: Sendable {
  /// What decides the numbers.
  public struct Settings: Hashable, Codable, Sendable {
    /// By default ridge for numbers and logistic regression for two classes.
    public var model: PredictionModel?
    /// By default found by inspection.
    public var kind: TargetMeasure.Kind?
    public var validation = CrossValidation()
    public var permutations = 1000
    /// Of the intervals; its seed is that of the permutations too.
    public var resampling = Resampling(count: 2000)

    public init() {}

    package func permutationTest(of sample: AssociationSample) -> PermutationTest {
      PermutationTest(target: sample.target, groups: sample.groups, seed: resampling.seed)
    }

    /// Checks that the folds can be stratified and the target can be permuted.
    /// - Throws: `AssociationError.tooFewOfClass`, `.tooFewPermutations`.
    package func check(_ sample: AssociationSample, isNested: Bool = true) throws(AssociationError) {
      try validation.check(classesOf: sample, isNested: isNested)
      if permutations > 0 { try permutationTest(of: sample).check(column: sample.measure.name) }
    }
  }

  private let input: AssociationInput
  private let settings: Settings
  private let threads: Int

  /// - Parameter threads: on which permutations run beside each other; results do not depend on it.
  public init(_ input: AssociationInput, settings: Settings, threads: Int) {
    self.input = input
    self.settings = settings
    self.threads = threads
  }

  /// Associates each of the targets with the features, and with what stands beside them.
  /// - Parameter report: is told how many permutations are done, of `permutationCount`.
  /// - Throws: `AssociationError` where tables do not fit, `LinearAlgebraError`, `EngineError`.
  public func run(targets: [String], report: (Int) -> Void = { _ in }) throws -> AssociationReport {
    let samples = try targets.map { try input.sample(of: $0, kind: settings.kind) }
    for sample in samples { try settings.check(sample) }
    var (done, results) = (0, [AssociationResult]())
    for sample in samples {
      for set in featureSets(sample) {
        results.append(
          try result(sample, set) { more in
            done += more
            report(done)
          })
      }
    }
    return AssociationReport(settings: settings, covariates: input.covariates, results: results)
  }

  /// Of this many targets, for the features and all that stands beside them.
  public func permutationCount(targets: Int) -> Int {
    let sets = 1 + input.baselines.count + (input.covariates.isEmpty ? 0 : 1)
    return targets * sets * settings.permutations
  }

  private func featureSets(_ sample: AssociationSample) -> [AssociationSample.Features] {
    guard sample.covariates.columns > 0 else { return sample.features }
    return sample.features + [
      .init(name: AssociationInput.covariatesName, columns: input.covariates, values: sample.covariates)
    ]
  }

  private func result(
    _ sample: AssociationSample, _ set: AssociationSample.Features, report: (Int) -> Void
  ) throws -> AssociationResult {
    let isBinary = sample.measure.kind == .binary
    let model = settings.model ?? (isBinary ? .logistic : .ridge)
    if model == .logistic, !isBinary { throw AssociationError.notBinary(column: sample.measure.name) }
    // Covariates themselves are not taken out of themselves.
    let isCovariates = set.name == AssociationInput.covariatesName
    let covariates = isCovariates ? Matrix(rows: sample.rows.count, columns: 0) : sample.covariates
    let networks = PerceptronNetworks()
    func prepared(_ classes: [Double]?) throws(LinearAlgebraError) -> PreparedFolds {
      try PreparedFolds(
        set.values, covariates: covariates, groups: sample.groups, settings.validation, classes: classes,
        networks: networks)
    }
    let folds = try prepared(isBinary ? sample.target : nil)
    let predictions = try folds.predictions(of: sample.target, isBinary: isBinary, model)
    // Stratified folds follow the target: of a permuted one they are made again.
    let null = try nullDistribution(of: sample, model, report: report) {
      isBinary ? try prepared($0) : folds
    }
    let pattern = try AssociationPattern(
      of: predictions, columns: set.columns, features: set.values, covariates: covariates)
    let slopes = try folds.slopes(
      of: sample.target, isBinary: isBinary, model, features: set.values, covariates: covariates)
    return AssociationResult(
      sample, features: set.name, model: model.rawValue, settings: settings,
      scores: settings.scores(of: predictions, sample, null: null), predictions: predictions,
      pattern: pattern, slopes: AssociationSlopes(columns: set.columns, values: slopes))
  }

  /// The measures of each permuted target.
  /// - Parameter folds: of a target.
  private func nullDistribution(
    of sample: AssociationSample, _ model: PredictionModel, report: (Int) -> Void,
    folds: ([Double]) throws -> PreparedFolds
  ) throws -> [[Double?]] {
    let test = settings.permutationTest(of: sample)
    let isBinary = sample.measure.kind == .binary
    var null: [[Double?]] = []
    while null.count < settings.permutations {
      let first = null.count
      let count = min(Self.chunk * threads, settings.permutations - first)
      let values = ParallelLoop.map(Array(0..<count), threads: threads) { number in
        Result {
          let target = test.permuted(first + number)
          let predictions = try folds(target).predictions(of: target, isBinary: isBinary, model)
          return AssociationMeasure.all(isBinary: isBinary).map {
            $0.value(of: predictions, target: target)
          }
        }
      }
      null += try values.map { try $0.get() }
      report(count)
    }
    return null
  }

  /// Permutations of a thread between two reports.
  private static let chunk = 10
}
