import Statistics
import TestSupport
import Testing

@Suite("VoxelwiseModel")
struct VoxelwiseModelTests {
  /// A column in years, one of 0 and 1, and one in ml: of very different size.
  static let columns: [[Double]] = [
    Array(repeating: 1, count: 20),
    (0..<20).map { Double($0 * $0 % 23) * 3 - 30.7 },
    (0..<20).map { Double($0 / 3 % 2) },
    (0..<20).map { 1_400_000 + 10_000 * Double($0 * 7 % 19) },
  ]
  /// Maps with a large mean, as gray matter has beside its differences.
  static func maps(voxels: Int = 60) -> [[Float]] {
    (0..<20).map { scan in
      Samples.noise(voxels, seed: UInt64(scan)).enumerated().map { voxel, noise in
        40 + noise + (voxel < 20 ? Float(columns[1][scan]) / 20 : 0)
      }
    }
  }

  /// t, effect and partial r or F, by NumPy's least squares.
  private static func numPy(_ weights: [[Double]]) -> String {
    """
    Y = np.array(x).astype(float)
    M, C = np.array(\(columns)).T, np.array(\(weights))
    beta, _, rank, _ = np.linalg.lstsq(M / np.linalg.norm(M, axis=0), Y, rcond=None)
    beta = beta / np.linalg.norm(M, axis=0)[:, None]
    rss, df = ((Y - M @ beta) ** 2).sum(0), len(M) - rank
    inverse = C @ np.linalg.pinv(M, rcond=1e-14) @ np.linalg.pinv(M, rcond=1e-14).T @ C.T
    effect = C @ beta
    F = np.einsum("iv,ij,jv->v", effect, np.linalg.inv(inverse), effect) / len(C) / (rss / df)
    if len(C) == 1:
        t = effect[0] / np.sqrt(rss / df * inverse[0, 0])
        print(*t, *effect[0], *(t / np.sqrt(t ** 2 + df)), *(t ** 2 / df))
    else:
        print(*F)
    """
  }

  @Test(
    "t, effect, partial r and f² are those of least squares within 1e-6",
    .needs(.sciPy),
    arguments: [[0.0, 1, 0, 0], [0, 0, -1, 0], [0, 0, 0, 1], [0, 2, -0.5, 0], [1, 0, 0.5, 1_500_000]])
  func t(_ weights: [Double]) throws {
    let maps = Self.maps()
    let expected = try Python.numbers(Self.numPy([weights]), maps)
    let model = try VoxelwiseModel(
      columns: Self.columns, contrast: Contrast(name: "c", weights: [weights]))
    let fit = try model.fit(maps)
    let found = fit.statistic + fit.effect + fit.partialR + fit.cohenF2
    try #require(found.count == expected.count)
    #expect(model.degreesOfFreedom == 16)
    for (found, expected) in zip(found, expected) {
      #expect(abs(Double(found) - expected) <= 1e-6 * max(1, abs(expected)))
    }
  }

  @Test(
    "F of two regressors is that of least squares within 1e-6",
    .needs(.sciPy))
  func f() throws {
    let weights = [[0.0, 1, 0, 0], [0, 0, 1, 0]]
    let expected = try Python.numbers(Self.numPy(weights), Self.maps())
    let model = try VoxelwiseModel(columns: Self.columns, contrast: Contrast(name: "c", weights: weights))
    let found = try model.fit(Self.maps()).statistic
    try #require(found.count == expected.count && model.testedDegrees == 2)
    for (found, expected) in zip(found, expected) {
      #expect(abs(Double(found) - expected) <= 1e-6 * max(1, expected))
    }
  }

  @Test("t is nilearn's within 1e-6", .needs(.nilearn))
  func nilearn() throws {
    let script = """
      from nilearn.mass_univariate import permuted_ols
      M = np.array(\(Self.columns)).T
      r = permuted_ols(M[:, [1]], np.array(x).astype(float), M[:, 2:], model_intercept=True, n_perm=0,
                       output_type="dict")
      print(*r["t"][0])
      """
    let expected = try Python.numbers(script, Self.maps())
    let model = try VoxelwiseModel(
      columns: Self.columns, contrast: Contrast(name: "c", weights: [[0, 1, 0, 0]]))
    let found = try model.fit(Self.maps()).statistic
    try #require(found.count == expected.count)
    for (found, expected) in zip(found, expected) { #expect(abs(Double(found) - expected) <= 1e-6) }
  }

  @Test("voxels that do not vary, or that the model fits without residuals, have 0")
  func perfect() throws {
    var maps = Self.maps(voxels: 3)
    for scan in maps.indices { (maps[scan][0], maps[scan][1]) = (7, Float(Self.columns[2][scan])) }
    let model = try VoxelwiseModel(
      columns: Self.columns, contrast: Contrast(name: "c", weights: [[0, 0, 1, 0]]))
    let statistic = try model.fit(maps).statistic
    #expect(statistic[0] == 0 && statistic[1] == 0 && statistic[2] != 0)
  }

  @Test(
    "thresholds of t and F are SciPy's", .needs(.sciPy),
    arguments: [0.05, 0.001, 1e-6])
  func thresholds(_ probability: Double) throws {
    let expected = try Python.numbers(
      """
      from scipy.stats import t, f
      print(t.isf(\(probability), 16), f.isf(\(probability), 2, 16))
      """)
    let one = Contrast(name: "c", weights: [[0, 1, 0, 0]])
    let two = Contrast(name: "c", weights: [[0, 1, 0, 0], [0, 0, 1, 0]])
    let found = try [one, two].map {
      try VoxelwiseModel(columns: Self.columns, contrast: $0).threshold(probability: probability)
    }
    for (found, expected) in zip(found, expected) { #expect(abs(found - expected) < 1e-9 * expected) }
  }

  @Test("a contrast of nothing, or of the same thing twice, cannot be estimated")
  func notEstimable() {
    for weights in [[[0.0, 0, 0, 0]], [[0, 1, 0, 0], [0, 2, 0, 0]]] {
      #expect(throws: StatisticsError.notEstimable(contrast: "c")) {
        try VoxelwiseModel(columns: Self.columns, contrast: Contrast(name: "c", weights: weights))
      }
    }
  }
}
