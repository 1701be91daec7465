import Foundation
import Numerics

/// The logarithms of the picked voxels that lie inside the mask and are above 0.
struct LogSamples {
  /// The sampling of the scan's grid.
  let sampling: GridSampling
  /// The indices of the samples among the picked voxels, ascending.
  private(set) var offsets: [Int32] = []
  /// The natural logarithm of the intensity of each sample.
  private(set) var values: [Float] = []

  /// Samples a volume. Without a mask, the voxels above Otsu's threshold are used.
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

  /// Returns the limit above which voxels count as artefacts: four times the 99.5th percentile of all voxels.
  ///
  /// The brightest vessels and fat of T1w scans stay below the limit. It is computed from all voxels, because more than
  /// 0.5 % of the samples can be artefacts.
  private static func brightest(_ voxels: [Float]) -> Float {
    guard let high = OrderStatistics(of: voxels).percentile(99.5), high > 0 else { return .infinity }
    return 4 * Float(high)
  }

  /// Returns Otsu's threshold of the voxels up to `brightest`. Without this limit, a few very bright voxels could widen
  /// the range so far that the entire head lies in the first bins of the histogram.
  private static func threshold(_ voxels: [Float], upTo brightest: Float) -> Float {
    let hasHotVoxels = voxels.contains { $0 > brightest }
    return OtsuThreshold(of: hasHotVoxels ? voxels.filter { $0 <= brightest } : voxels)?.value ?? 0
  }

  /// An array over the picked voxels that is 1 at each sample and 0 elsewhere.
  var indicator: [Float] { spread([Float](repeating: 1, count: offsets.count)) }

  /// Returns an array over the picked voxels with one given value at each sample and 0 elsewhere.
  func spread(_ values: [Float]) -> [Float] {
    var result = [Float](repeating: 0, count: sampling.count)
    result.withUnsafeMutableBufferPointer { result in
      for (offset, value) in zip(offsets, values) { result[Int(offset)] = value }
    }
    return result
  }
}
