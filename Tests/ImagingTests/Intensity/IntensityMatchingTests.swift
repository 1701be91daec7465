import Foundation
import Imaging
import TestSupport
import Testing

@Suite("Intensities inside a mask, clipped and matched")
struct IntensityMatchingTests {
  private static let grid = Grid(shape: [20, 15, 10], affine: .identity)
  private static let scan = Volume(
    grid: grid, voxels: (0..<3000).map { Float($0 * 7919 % 1009) * 0.3 - 40 })
  private static let reference = Volume(
    grid: grid, voxels: (0..<3000).map { 20 + Float(($0 * 104_729 % 997) * ($0 % 7)) * 0.1 })
  private static let mask = LabelMap(grid: grid, labels: (0..<3000).map { $0 % 3 == 0 ? 2 : 0 })
  /// Float32 against float64, for values of up to 600.
  private static let tolerance: Float = 1e-3

  private func numpy(_ code: String) throws -> [Float] {
    let mask = Self.mask.labels.map(Float.init)
    return try Python.volume(
      of: "v, r, m = x[0], x[1], x[2] > 0; " + code, [Self.scan.voxels, Self.reference.voxels, mask],
      shape: Self.grid.shape)
  }

  @Test(
    "scaling inside a mask takes NumPy's percentiles, mean and deviation there",
    .needs(.sciPy))
  func masked() throws {
    let percentile = try numpy("a, b = np.percentile(v[m], [2, 95]); y = np.clip((v - a) / (b - a), 0, 1)")
    let scaled = try IntensityScaling.percentile(low: 2, high: 95)(Self.scan, mask: Self.mask)
    #expect(largestDifference(scaled.voxels, percentile) < 1e-5)
    let score = try numpy("y = (v - v[m].mean()) / v[m].std()")
    #expect(
      largestDifference(try IntensityScaling.zScore(Self.scan, mask: Self.mask).voxels, score) < 1e-5)
  }

  @Test(
    "clipping takes NumPy's percentiles, or median and MAD",
    .needs(.sciPy))
  func clipping() throws {
    let ranks = try numpy("y = np.clip(v, *np.percentile(v[m], [5, 90]))")
    let clipped = try IntensityClipping.percentile(low: 5, high: 90)(Self.scan, mask: Self.mask)
    #expect(largestDifference(clipped.voxels, ranks) < Self.tolerance)
    let robust = try numpy(
      "p = v[v > 0]; c = np.median(p); d = 1.482602218505602 * np.median(abs(p - c)); y = np.clip(v, c - d, c + d)"
    )
    let result = try IntensityClipping.deviations(1)(Self.scan)
    #expect(largestDifference(result.voxels, robust) < Self.tolerance)
  }

  @Test(
    "matching is NumPy's interpolation between the percentiles of both",
    .needs(.sciPy))
  func matching() throws {
    let expected = try numpy(
      "p = np.linspace(0, 100, 33); y = np.where(m, np.interp(v, np.percentile(v[m], p), np.percentile(r[m], p)), v)"
    )
    let matching = try HistogramMatching(to: Self.reference, mask: Self.mask, points: 33)
    #expect(
      largestDifference(try matching(Self.scan, mask: Self.mask).voxels, expected) < Self.tolerance)
  }

  @Test("an image matched to itself stays, and a matching is stored and read back")
  func itself() throws {
    let matching = try HistogramMatching(to: Self.reference)
    #expect(
      largestDifference(try matching(Self.reference).voxels, Self.reference.voxels) < Self.tolerance)
    let data = try JSONEncoder().encode(matching)
    #expect(try JSONDecoder().decode(HistogramMatching.self, from: data) == matching)
  }

  @Test("without voxels in the mask there is nothing to go by")
  func empty() {
    let nothing = LabelMap(grid: Self.grid)
    #expect(throws: IntensityScalingError.noForeground) {
      try IntensityScaling.percentile(Self.scan, mask: nothing)
    }
    #expect(throws: IntensityScalingError.noForeground) {
      try IntensityClipping.deviations(3)(Self.scan, mask: nothing)
    }
    #expect(throws: IntensityScalingError.noForeground) {
      try HistogramMatching(to: Self.scan, mask: nothing)
    }
  }
}
