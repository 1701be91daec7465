import Foundation
import Imaging
import Testing

@Suite("Intensity scaling")
struct IntensityScalingTests {
  /// Scaled values are float32 of the order of 1.
  static let tolerance: Float = 2e-6

  private func volume(_ values: [Float]) -> Volume {
    Volume(grid: Grid(shape: [values.count, 1, 1], affine: .identity), voxels: values)
  }

  @Test("percentiles of the voxels above 0 are NumPy's")
  func percentiles() throws {
    let expected = try Expected.load().statistics
    for low in expected.percentiles {
      for high in expected.percentiles where high[0] > low[0] {
        let scaled = try IntensityScaling.percentile(low: low[0], high: high[0])(volume(expected.values))
        let wanted = expected.values.map { Float(min(max((Double($0) - low[1]) / (high[1] - low[1]), 0), 1)) }
        // The steepest of these maps multiplies the rounding of values up to 2000 by its slope.
        let rounding = Float(2000 / (high[1] - low[1])) * 2.4e-7
        #expect(largestDifference(scaled.voxels, wanted) < max(Self.tolerance, rounding))
      }
    }
  }

  @Test("z-scores have NumPy's mean and standard deviation over the voxels above the image's mean")
  func zScore() throws {
    let expected = try Expected.load().statistics
    let scaled = try IntensityScaling.zScore(volume(expected.values))
    let wanted = expected.values.map { Float((Double($0) - expected.mean) / expected.deviation) }
    #expect(largestDifference(scaled.voxels, wanted) < 1e-5)
  }

  @Test("a factor on the intensities changes nothing", arguments: [IntensityScaling.percentile, .zScore])
  func scaleInvariance(scaling: IntensityScaling) throws {
    let values = try Expected.load().statistics.values
    let one = try scaling(volume(values))
    let other = try scaling(volume(values.map { $0 * 37 }))
    #expect(largestDifference(one.voxels, other.voxels) < 1e-5)
  }

  @Test("one artefact far above the rest does not take the contrast away")
  func artefact() throws {
    let values = (0..<2000).map { Float($0 % 1000) } + [1e30]
    let scaled = try IntensityScaling.percentile(low: 1, high: 99)(volume(values))
    #expect(abs(scaled.voxels[500] - 0.5) < 0.01)
    #expect(scaled.voxels.last == 1)
  }

  @Test("an image without contrast or signal is an error that says so")
  func constant() {
    #expect(throws: IntensityScalingError.constant(4)) {
      try IntensityScaling.percentile(volume([4, 4, 4, 0]))
    }
    #expect(throws: IntensityScalingError.noForeground) { try IntensityScaling.percentile(volume([0, -1])) }
    #expect(throws: IntensityScalingError.constant(4)) { try IntensityScaling.zScore(volume([4, 4, 4])) }
    #expect(throws: IntensityScalingError.constant(4)) { try IntensityScaling.zScore(volume([4, 4, 0])) }
  }
}
