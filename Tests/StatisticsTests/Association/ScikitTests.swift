import Numerics
import Statistics
import TestSupport
import Testing

/// What scikit-learn computes, to the 1e-6 that its iterative solvers are run to here and more than any table shows.
@Suite("Models and measures beside scikit-learn", .needs(.scikitLearn))
struct ScikitTests {
  static let tolerance = 1e-6

  private let cohort: SyntheticCohort
  private let basis: FoldDecomposition

  /// With more features than subjects, and with fewer.
  static let widths = [8, 60]

  init() throws {
    cohort = SyntheticCohort(subjects: 40, features: 8, seed: 1)
    basis = try Self.basis(cohort)
  }

  private static func basis(_ cohort: SyntheticCohort) throws -> FoldDecomposition {
    let none = Matrix(rows: 40, columns: 0)
    return try FoldDecomposition(
      cohort.matrix, covariates: none, training: Array(0..<30), testing: Array(30..<40))
  }

  private static func script(_ cohort: SyntheticCohort, _ body: String) -> String {
    """
    from sklearn.preprocessing import StandardScaler
    from sklearn.linear_model import Ridge, LogisticRegression
    from sklearn.cross_decomposition import PLSRegression
    x = np.array(\(cohort.features)); y = np.array(\(cohort.score)); c = np.array(\(cohort.isPatient))
    scaler = StandardScaler().fit(x[:30]); a, b = scaler.transform(x[:30]), scaler.transform(x[30:])

    """ + body
  }

  private func expect(_ found: [Double], _ expected: [Double], _ tolerance: Double = tolerance) {
    #expect(found.count == expected.count)
    for (found, expected) in zip(found, expected) { #expect(abs(found - expected) < tolerance) }
  }

  @Test("ridge predicts what Ridge predicts, at every penalty", arguments: widths)
  func ridge(width: Int) throws {
    let cohort = SyntheticCohort(subjects: 40, features: width, seed: 1)
    let found = try PredictionModel.ridge.predictions(
      of: cohort.score, isBinary: false, in: Self.basis(cohort))
    let expected = try Python.numbers(
      Self.script(
        cohort,
        "for p in \(PredictionModel.penalties): print(*Ridge(alpha=p, solver='svd').fit(a, y[:30]).predict(b))"
      ))
    expect(found.flatMap { $0 }, expected)
  }

  @Test(
    "logistic regression gives the probabilities of LogisticRegression, at every penalty", arguments: widths)
  func logistic(width: Int) throws {
    let cohort = SyntheticCohort(subjects: 40, features: width, seed: 1)
    let found = try PredictionModel.logistic.predictions(
      of: cohort.isPatient, isBinary: true, in: Self.basis(cohort))
    let expected = try Python.numbers(
      Self.script(
        cohort,
        """
        for p in \(LogisticPath.penalties):
            m = LogisticRegression(C=1 / p, class_weight="balanced", solver="newton-cholesky", tol=1e-12, max_iter=1000)
            print(*m.fit(a, c[:30]).predict_proba(b)[:, 1])
        """))
    expect(found.flatMap { $0 }, expected)
  }

  @Test(
    "partial least squares predicts what PLSRegression predicts, with 1 to 8 components", arguments: widths)
  func partialLeastSquares(width: Int) throws {
    let cohort = SyntheticCohort(subjects: 40, features: width, seed: 1)
    let found = try PredictionModel.pls.predictions(of: cohort.score, isBinary: false, in: Self.basis(cohort))
    let expected = try Python.numbers(
      Self.script(
        cohort,
        "for n in range(1, 9): print(*PLSRegression(n, tol=1e-12).fit(a, y[:30]).predict(b).ravel())"))
    expect(found.flatMap { $0 }, expected)
  }

  @Test("features are freed of covariates as LinearRegression of the training part says")
  func covariates() throws {
    let covariates = Matrix(
      (0..<40).map { [cohort.features[$0][3] + Double($0), Double($0 % 3)] }, columns: 2)
    let basis = try FoldDecomposition(
      cohort.matrix, covariates: covariates, training: Array(0..<30), testing: Array(30..<40))
    let found = try PredictionModel.ridge.predictions(of: cohort.score, isBinary: false, in: basis)
    let expected = try Python.numbers(
      Self.script(
        cohort,
        """
        from sklearn.linear_model import LinearRegression
        z = np.stack([x[:, 3] + np.arange(40), np.arange(40) % 3], 1)
        m = LinearRegression().fit(z[:30], x[:30])
        x = x - m.predict(z)
        scaler = StandardScaler().fit(x[:30]); a, b = scaler.transform(x[:30]), scaler.transform(x[30:])
        for p in \(PredictionModel.penalties): print(*Ridge(alpha=p, solver='svd').fit(a, y[:30]).predict(b))
        """))
    expect(found.flatMap { $0 }, expected)
  }

  @Test("measures are those of scikit-learn and SciPy, ties included")
  func measures() throws {
    let rounded = cohort.features.map { ($0[0] * 2).rounded() / 4 + 0.5 }
    let numbers = [AssociationMeasure.r, .rSquared, .meanAbsoluteError].compactMap {
      $0.value(of: rounded, target: cohort.score)
    }
    let classes = [AssociationMeasure.areaUnderCurve, .balancedAccuracy].compactMap {
      $0.value(of: rounded, target: cohort.isPatient)
    }
    let expected = try Python.numbers(
      """
      from sklearn.metrics import r2_score, mean_absolute_error, roc_auc_score, balanced_accuracy_score
      from scipy.stats import pearsonr
      p = np.array(\(rounded)); y = np.array(\(cohort.score)); c = np.array(\(cohort.isPatient))
      print(pearsonr(p, y)[0], r2_score(y, p), mean_absolute_error(y, p), roc_auc_score(c, p),
            balanced_accuracy_score(c, p > 0.5))
      """)
    expect(numbers + classes, expected, 1e-12)
  }

  @Test("false discovery rates are SciPy's")
  func rates() throws {
    let p = [0.01, 0.04, 0.03, 0.5, 0.04, 0.9, 0.001]
    let expected = try Python.numbers(
      "from scipy.stats import false_discovery_control\nprint(*false_discovery_control(\(p)))")
    expect(PermutationTest.falseDiscoveryRates(p), expected, 1e-12)
  }
}
