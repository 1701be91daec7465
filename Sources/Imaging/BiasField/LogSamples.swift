import Foundation
import Numerics

/// The logarithms of the picked voxels that lie inside a mask and above 0.
struct LogSamples {
  let sampling: GridSampling
  /// Offsets among the picked voxels, ascending.
  private(set) var offsets: [Int32] = []
  /// Natural logarithm of the intensity at each of these.
  private(set) var values: [Float] = []

  init(of volume: Volume, mask: LabelMap?, shrinkFactor: Int) {
    sampling = GridSampling(of: volume.grid.shape, step: shrinkFactor)
    let brightest = Self.brightest(volume.voxels)
    let threshold = mask == nil ? max(Self.threshold(volume.voxels, upTo: brightest), 0) : 0
    sampling.visit { picked, offset in
      let value = volume.voxels[offset]
      guard value > threshold, value <= brightest, mask.map({ $0.labels[offset] > 0 }) ?? true else { return }
      offsets.append(Int32(picked))
      values.append(log(value))
    }
  }

  /// Returns the value above which voxels are hot voxels or artefacts: four times the 99.5th percentile of all voxels.
  /// The brightest vessels and fat of T1w scans stay below it. The limit depends on all voxels, not on the samples, of
  /// which hot voxels may be more than a percentile leaves out.
  private static func brightest(_ voxels: [Float]) -> Float {
    guard let high = OrderStatistics(of: voxels).percentile(99.5), high > 0 else { return .infinity }
    return 4 * Float(high)
  }

  /// Returns Otsu's threshold of the voxels up to `brightest`. A few hot voxels would take most of the histogram, with
  /// the whole head in its first bins.
  private static func threshold(_ voxels: [Float], upTo brightest: Float) -> Float {
    let hasHotVoxels = voxels.contains { $0 > brightest }
    return OtsuThreshold(of: hasHotVoxels ? voxels.filter { $0 <= brightest } : voxels)?.value ?? 0
  }

  /// 1 at each sample of the picked grid, 0 elsewhere.
  var indicator: [Float] { spread([Float](repeating: 1, count: offsets.count)) }

  /// One value for each sample, on the picked grid with 0 elsewhere.
  func spread(_ values: [Float]) -> [Float] {
    var result = [Float](repeating: 0, count: sampling.count)
    result.withUnsafeMutableBufferPointer { result in
      for (offset, value) in zip(offsets, values) { result[Int(offset)] = value }
    }
    return result
  }
}
