import Foundation

/// The logarithms of the picked voxels that lie inside a mask and above 0.
struct LogSamples {
  let sampling: GridSampling
  /// Offsets among the picked voxels, ascending.
  private(set) var offsets: [Int32] = []
  /// Natural logarithm of the intensity at each of these.
  private(set) var values: [Float] = []

  init(of volume: Volume, mask: LabelMap?, shrinkFactor: Int) {
    sampling = GridSampling(of: volume.grid.shape, step: shrinkFactor)
    let threshold = mask == nil ? max(Self.threshold(volume.voxels), 0) : 0
    sampling.visit { picked, offset in
      guard volume.voxels[offset] > threshold, mask.map({ $0.labels[offset] > 0 }) ?? true else { return }
      offsets.append(Int32(picked))
      values.append(log(volume.voxels[offset]))
    }
    removeHotVoxels()
  }

  /// Values above this many times the 99.5th percentile are hot voxels or artefacts, no tissue: the brightest vessels and
  /// fat of T1w scans stay below it.
  private static let brightest: Float = 4

  /// Otsu's threshold of all voxels but the hot ones, of which a few would take most of the histogram, with the whole head
  /// in its first bins.
  private static func threshold(_ voxels: [Float]) -> Float {
    let high = OrderStatistics(of: voxels).percentile(99.5).map { brightest * Float($0) } ?? 0
    let isHot = high > 0 && voxels.contains { $0 > high }
    return OtsuThreshold(of: isHot ? voxels.filter { $0 <= high } : voxels)?.value ?? 0
  }

  /// Leaves out samples that are far too bright: they would widen the histogram that is sharpened.
  private mutating func removeHotVoxels() {
    guard let high = OrderStatistics(of: values).percentile(99.5) else { return }
    let limit = Float(high) + log(Self.brightest)
    guard values.contains(where: { $0 > limit }) else { return }
    let kept = values.indices.filter { values[$0] <= limit }
    (offsets, values) = (kept.map { offsets[$0] }, kept.map { values[$0] })
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
