import Foundation
import Imaging
import Statistics
import TestSupport
import Testing

@Suite("PermutedModel")
struct PermutedModelTests {
  private let mask = Samples.mask
  private let contrast = Contrast(name: "c", weights: [[0, 1, 0, 0]])

  private func run(
    _ contrast: Contrast? = nil, plan: PermutationPlan, side: TestedSide = .both, threshold: Float = 2,
    parts: Int = 1, batch: Int = 64, scratch: String? = nil
  ) throws -> (fit: VoxelwiseFit, result: PermutationResult) {
    let model = try VoxelwiseModel(columns: VoxelwiseModelTests.columns, contrast: contrast ?? self.contrast)
    let slabs = try VoxelSlabs(scans: 20, voxels: mask.count, scratch: scratch)
    for (scan, map) in VoxelwiseModelTests.maps(voxels: mask.count).enumerated() {
      slabs.store(map, scan: scan)
    }
    let fit = model.fit(replacingByResiduals: slabs)
    let permuted = PermutedModel(
      model: model, plan: plan, mask: mask, tfce: TFCE(), side: side, clusterThreshold: threshold,
      batch: batch)
    let results = (1...parts).map {
      permuted.run(plan.numbers(part: $0, of: parts), residuals: slabs, observed: fit.statistic)
    }
    return (fit, try PermutationResult.joined(results, plan: plan))
  }

  private func plan(_ asked: Int = 30, flipsSigns: Bool = false) throws -> PermutationPlan {
    try PermutationPlan(columns: VoxelwiseModelTests.columns, flipsSigns: flipsSigns, asked: asked, seed: 5)
  }

  /// Freedman and Lane's method as it is written down: residuals of the null model are permuted, the fit of the null
  /// model is added, and the whole model is fitted again.
  @Test(
    "maxima and counts are those of refitted models in NumPy",
    .needs(.sciPy),
    arguments: [false, true], [TestedSide.both, .positive, .negative])
  func numPy(_ flipsSigns: Bool, _ side: TestedSide) throws {
    let plan = try plan(flipsSigns: flipsSigns)
    let rearrangements = (0..<plan.count).map(plan.rearrangement)
    let script = """
      from scipy.ndimage import label
      Y = np.array([a.ravel(order="F") for a in x]).astype(float)
      inside = Y[0] != 0
      M = np.array(\(VoxelwiseModelTests.columns)).T
      M = M / np.linalg.norm(M, axis=0)
      Z = M[:, [0, 2, 3]]
      fit = Z @ np.linalg.lstsq(Z, Y, rcond=None)[0]
      def statistic(y):
          beta = np.linalg.lstsq(M, y, rcond=None)[0]
          rss = ((y - M @ beta) ** 2).sum(0)
          return np.where(inside, beta[1] / np.sqrt(rss / 16 * np.linalg.inv(M.T @ M)[1, 1] + 1e-300), 0)
      signs = {"both": (1, -1), "positive": (1,), "negative": (-1,)}["\(side.rawValue)"]
      evidence = lambda t: np.max([s * t for s in signs], axis=0)
      observed, counts = evidence(statistic(Y)), 0
      for design, flips in zip(\(rearrangements.map(\.design)), \(rearrangements.map(\.signs))):
          E = (Y - fit) * np.array(flips)[:, None]
          t = statistic(fit + E[np.argsort(design)])
          counts = counts + (evidence(t) >= observed - 1e-6 * np.maximum(1, abs(observed)))
          size = mass = 0
          for s in signs:
              v = (s * t).reshape(x[0].shape, order="F")
              labels, n = label(v > 2, np.ones((3, 3, 3)))
              for k in range(1, n + 1):
                  size = max(size, (labels == k).sum())
                  mass = max(mass, (v[labels == k] - 2).sum())
          print(evidence(t)[inside].max(), size, mass)
      print(*counts[inside])
      """
    let maps = VoxelwiseModelTests.maps(voxels: mask.count).map { mask.expanded($0, outside: 0) }
    let expected = try Python.numbers(script, maps, shape: mask.shape)
    let (_, result) = try run(plan: plan, side: side)
    try #require(expected.count == 3 * plan.count + mask.count)
    for (index, maximum) in result.maxima.enumerated() {
      #expect(abs(maximum.statistic - expected[3 * index]) < 1e-5)
      #expect(Double(maximum.clusterSize) == expected[3 * index + 1])
      #expect(abs(maximum.clusterMass - expected[3 * index + 2]) < 1e-4)
    }
    #expect(result.counts.map(Double.init) == Array(expected.suffix(mask.count)))
  }

  /// `tfce.glm` permutes the data where this permutes the residuals; with an intercept alone as the null model both are
  /// the same.
  @Test(
    "counts of larger maxima are those of the package tfce with the same permutations",
    .needs(.tfce))
  func peer() throws {
    let columns = [VoxelwiseModelTests.columns[0], VoxelwiseModelTests.columns[1]]
    let contrast = Contrast(name: "age", weights: [[0, 1]])
    let plan = try PermutationPlan(columns: columns, asked: 100, seed: 2)
    let script = """
      import tfce, tfce.glm
      Y = np.array([a.ravel(order="F") for a in x]).astype(float).T
      inside = Y[:, 0] != 0
      glm = tfce.glm.PermutedGLM(Y - Y.mean(1, keepdims=True), np.array(\(columns)).T, [0, 1])
      maps = []
      for design in \((0..<plan.count).map { plan.rearrangement($0).design }):
          t = np.where(inside, glm.fit(np.argsort(design)), 0).reshape(x[0].shape, order="F")
          maps.append((t, tfce.tfce(t.astype(np.float32), connectivity=26)))
      for kind in (0, 1):
          null = np.array([abs(m[kind]).max() for m in maps])
          observed = abs(maps[0][kind].ravel(order="F")[inside])
          print(*(null[None, :] >= observed[:, None] * (1 - 1e-6)).sum(1))
      """
    let maps = VoxelwiseModelTests.maps(voxels: mask.count)
    let expected = try Python.numbers(
      script, maps.map { mask.expanded($0, outside: 0) }, shape: mask.shape)
    let model = try VoxelwiseModel(columns: columns, contrast: contrast)
    let slabs = try VoxelSlabs(scans: 20, voxels: mask.count)
    for (scan, map) in maps.enumerated() { slabs.store(map, scan: scan) }
    let fit = model.fit(replacingByResiduals: slabs)
    let result = PermutedModel(
      model: model, plan: plan, mask: mask, tfce: TFCE(), side: .both, clusterThreshold: 2
    ).run(0..<plan.count, residuals: slabs, observed: fit.statistic)
    func counts(_ map: [Float], _ null: [Double]) -> [Double] {
      map.map { value in Double(null.count { $0 >= Double(abs(value)) * (1 - 1e-6) }) }
    }
    let found =
      counts(fit.statistic, result.maxima.map(\.statistic))
      + counts(TFCE().enhanced(fit.statistic, in: mask), result.maxima.map(\.tfce))
    #expect(found == expected)
  }

  @Test("parts, batches and a scratch file do not change a byte", arguments: [(2, 64), (5, 3), (1, 7)])
  func sameBytes(_ parts: Int, _ batch: Int) throws {
    let whole = try run(plan: try plan(40))
    let folder = FileManager.default.temporaryDirectory.path
    let other = try run(plan: try plan(40), parts: parts, batch: batch, scratch: folder)
    #expect(whole.fit == other.fit)
    #expect(whole.result == other.result)
  }

  @Test("F of two regressors has the F distribution's share of values above its threshold")
  func f() throws {
    let contrast = Contrast(name: "c", weights: [[0, 0, 1, 0], [0, 0, 0, 1]])
    let plan = try plan(200)
    let (fit, result) = try run(contrast, plan: plan, side: .positive)
    #expect(result.maxima[0].statistic == fit.statistic.max().map(Double.init))
    // Nothing was put into these regressors: p is uniform on average.
    let mean = result.counts.reduce(0.0) { $0 + Double($1) / 200 } / Double(mask.count)
    #expect(mean > 0.4 && mean < 0.6)
  }

  @Test("groups that change places give the same maximum, and count as equal")
  func ties() throws {
    let labels = (0..<8).map { Double($0 / 4) }
    let columns = [labels.map { _ in 1.0 }, labels]
    let plan = try PermutationPlan(columns: columns, asked: 1000, seed: 1)
    let model = try VoxelwiseModel(columns: columns, contrast: Contrast(name: "c", weights: [[0, 1]]))
    let slabs = try VoxelSlabs(scans: 8, voxels: mask.count)
    for scan in 0..<8 { slabs.store(Samples.noise(mask.count, seed: UInt64(scan)), scan: scan) }
    let fit = model.fit(replacingByResiduals: slabs)
    let result = PermutedModel(
      model: model, plan: plan, mask: mask, tfce: TFCE(), side: .both, clusterThreshold: 2
    ).run(0..<70, residuals: slabs, observed: fit.statistic)
    #expect(plan.count == 70)
    // Of two-sided tests each permutation has a twin with the opposite sign.
    #expect(result.counts.allSatisfy { $0 >= 2 && $0 % 2 == 0 })
  }
}
