import Imaging
import Numerics

/// The intensities of the segmented tissues in a scan.
struct TissueContrast {
  /// Median and spread of one tissue's intensities.
  private struct Intensity {
    var median: Double
    /// Half the distance between the 16th and 84th percentile, which is the standard deviation of a normal distribution
    /// and robust against tails.
    var spread: Double
  }

  /// Least volume in ml of a tissue whose intensities are measured.
  private static let leastVolume = 1.0

  private var intensities: [Tissue: Intensity] = [:]

  /// Measures the intensities.
  /// - Parameters:
  ///   - labels: tissue labels.
  ///   - scan: the scan, on the same grid.
  init(_ labels: LabelMap, scan: Volume) {
    for tissue in [Tissue.grayMatter, .whiteMatter, .csf] {
      let values = zip(scan.voxels, labels.labels).compactMap { $1 == tissue.rawValue ? $0 : nil }
      let statistics = OrderStatistics(of: values)
      guard Double(values.count) * labels.grid.voxelVolume >= 1000 * Self.leastVolume,
        let low = statistics.percentile(16), let median = statistics.percentile(50),
        let high = statistics.percentile(84)
      else { continue }
      intensities[tissue] = Intensity(median: median, spread: (high - low) / 2)
    }
  }

  /// Returns the difference of the medians over the pooled spread; `nil` if a tissue is missing or the spread is 0.
  func of(_ bright: Tissue, over dark: Tissue) -> Double? {
    guard let bright = intensities[bright], let dark = intensities[dark] else { return nil }
    let spread = ((bright.spread * bright.spread + dark.spread * dark.spread) / 2).squareRoot()
    return spread > 0 ? (bright.median - dark.median) / spread : nil
  }
}
