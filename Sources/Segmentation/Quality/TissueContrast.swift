import Imaging
import Numerics

/// Intensities of the tissues that were found in a scan.
struct TissueContrast {
  /// Middle and spread of one tissue's intensities.
  private struct Intensity {
    var median: Double
    /// Half of what lies between the 16th and the 84th percentile: the standard deviation of normal values, whatever the
    /// tails.
    var spread: Double
  }

  /// Volume in ml below which a tissue's intensities say nothing.
  private static let leastVolume = 1.0

  private var intensities: [Tissue: Intensity] = [:]

  /// - Parameter scan: on the labels' grid.
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

  /// Difference of the medians over the pooled spread; `nil` where either tissue is missing, or all is flat.
  func of(_ bright: Tissue, over dark: Tissue) -> Double? {
    guard let bright = intensities[bright], let dark = intensities[dark] else { return nil }
    let spread = ((bright.spread * bright.spread + dark.spread * dark.spread) / 2).squareRoot()
    return spread > 0 ? (bright.median - dark.median) / spread : nil
  }
}
