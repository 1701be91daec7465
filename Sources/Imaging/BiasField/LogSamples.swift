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
    let threshold = mask == nil ? max(OtsuThreshold(of: volume.voxels)?.value ?? 0, 0) : 0
    sampling.visit { picked, offset in
      guard volume.voxels[offset] > threshold, mask.map({ $0.labels[offset] > 0 }) ?? true else { return }
      offsets.append(Int32(picked))
      values.append(log(volume.voxels[offset]))
    }
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
