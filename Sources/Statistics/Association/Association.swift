import NeuralNetwork
import Numerics

/// Predicts measures of participants from features by nested cross-validation, with a permutation test.
public struct Association: Sendable {
  /// The settings that determine the results.
  public struct Settings: Hashable, Codable, Sendable {
    /// The prediction model; by default ridge regression for numbers and logistic regression for two classes.
    public var model: PredictionModel?
    /// Whether the target is numeric or binary; by default determined from its values.
    public var kind: TargetMeasure.Kind?
    /// The cross-validation.
    public var validation = CrossValidation()
    /// Number of permutations; 0 for no permutation test.
    public var permutations = 1000
    /// Settings of the bootstrap confidence intervals. The permutations use the same seed.
    public var resampling = Resampling(count: 2000)

    /// Creates the default settings.
    public init() {}

    /// Returns the permutation test of a sample.
    package func permutationTest(of sample: AssociationSample) -> PermutationTest {
      PermutationTest(
        target: sample.target, groups: sample.groups, units: sample.participants, seed: resampling.seed)
    }

    /// Checks that the folds can be stratified and that the target has enough different permutations.
    /// - Throws: `AssociationError.tooFewOfClass`, `.tooFewPermutations`.
    package func check(_ sample: AssociationSample, isNested: Bool = true) throws(AssociationError) {
      try validation.check(classesOf: sample, isNested: isNested)
      if permutations > 0 { try permutationTest(of: sample).check(column: sample.measure.name) }
    }
  }

  private let input: AssociationInput
  private let settings: Settings
  private let threads: Int

  /// Creates an association.
  /// - Parameters:
  ///   - input: features, participants, baselines and covariates.
  ///   - settings: the settings that determine the results.
  ///   - threads: the number of permutations that run at the same time; results do not depend on it.
  public init(_ input: AssociationInput, settings: Settings, threads: Int) {
    self.input = input
    self.settings = settings
    self.threads = threads
  }

  /// Associates each target with the features, with the baselines and with the covariates alone.
  /// - Parameters:
  ///   - targets: columns of the participants' tables.
  ///   - report: called with the number of permutations done, out of `permutationCount`.
  /// - Throws: `AssociationError` if the tables do not fit together, `LinearAlgebraError`, `EngineError`.
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

  /// Returns the number of permutations for a number of targets, over the features, the baselines and the covariates.
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
    // The covariates are not adjusted for themselves.
    let isCovariates = set.name == AssociationInput.covariatesName
    let covariates = isCovariates ? Matrix(rows: sample.rows.count, columns: 0) : sample.covariates
    let networks = PerceptronNetworks()
    func prepared(_ classes: [Double]?) throws(LinearAlgebraError) -> CrossValidationFolds {
      try CrossValidationFolds(
        set.values, covariates: covariates, groups: sample.groups, settings.validation, classes: classes,
        networks: networks)
    }
    let folds = try prepared(isBinary ? sample.target : nil)
    let predictions = try folds.predictions(of: sample.target, isBinary: isBinary, model)
    // Stratified folds depend on the target, so they are made again for each permuted target.
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

  /// Returns all measures of each permuted target.
  /// - Parameter folds: returns the folds for a target.
  private func nullDistribution(
    of sample: AssociationSample, _ model: PredictionModel, report: (Int) -> Void,
    folds: ([Double]) throws -> CrossValidationFolds
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

  /// Permutations per thread between two progress reports.
  private static let chunk = 10
}

extension Association.Settings {
  /// Returns each measure of the predictions with its confidence interval and its p value.
  /// - Parameters:
  ///   - predictions: the cross-validated predictions, one per row of the sample.
  ///   - sample: the sample.
  ///   - null: the measures of each permuted target, in the same order.
  package func scores(
    of predictions: [Double], _ sample: AssociationSample, null: [[Double?]]
  ) -> [AssociationResult.Score] {
    let members = Dictionary(grouping: sample.rows.indices, by: { sample.groups[$0] })
    let groups = members.keys.sorted().compactMap { members[$0] }
    return AssociationMeasure.all(isBinary: sample.measure.kind == .binary).enumerated().map {
      place, measure in
      let value = measure.value(of: predictions, target: sample.target)
      let chance = null.compactMap { $0[place] }
      let interval = resampling.interval(over: groups.count) { drawn in
        let rows = drawn.flatMap { groups[$0] }
        return measure.value(of: rows.map { predictions[$0] }, target: rows.map { sample.target[$0] })
      }
      let probability = value.flatMap { value in
        null.isEmpty ? nil : PermutationTest.probability(of: value, among: chance, isError: measure.isError)
      }
      return AssociationResult.Score(
        measure: measure, value: value, interval: interval, probability: probability,
        nullMean: chance.isEmpty ? nil : chance.mean,
        null: place == 0 && !chance.isEmpty ? chance.sorted().map { ($0 * 1e4).rounded() / 1e4 } : nil)
    }
  }
}
