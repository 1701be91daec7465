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
    for (offset, value) in zip(offsets, values) { result[Int(offset)] = value }
    return result
  }
}

/// A sampling of a grid: every n-th voxel along each axis, with equal margins at both ends.
struct GridSampling: Sendable {
  /// The numbers of voxels of the grid.
  let full: SIMD3<Int>
  /// The numbers of picked voxels along each axis.
  let shape: SIMD3<Int>
  /// The index of the first picked voxel, and the distance to the next, along each axis.
  let first, step: SIMD3<Int>

  /// The number of voxels that an axis keeps if it has as many: a cubic needs four values.
  private static let fewest = 4

  /// Makes a sampling.
  /// - Parameters:
  ///   - full: The numbers of voxels of the grid.
  ///   - wanted: The distance between picked voxels. It is reduced for axes with few voxels.
  init(of full: SIMD3<Int>, step wanted: Int) {
    self.full = full
    var (shape, first, step) = (full, SIMD3<Int>.zero, SIMD3<Int>.one)
    for axis in 0..<3 {
      step[axis] = max(1, min(wanted, full[axis] / Self.fewest))
      shape[axis] = max(1, full[axis] / step[axis])
      first[axis] = (full[axis] - 1 - (shape[axis] - 1) * step[axis] + 1) / 2
    }
    (self.shape, self.first, self.step) = (shape, first, step)
  }

  /// The number of picked voxels.
  var count: Int { shape.x * shape.y * shape.z }

  /// The positions of the picked voxels along each axis: 0 for the first and 1 for the last.
  var picked: [[Double]] {
    (0..<3).map { axis in
      (0..<shape[axis]).map { Double($0) / Double(max(shape[axis] - 1, 1)) }
    }
  }

  /// The positions of all voxels on the scale of `picked`. Positions beyond the picked voxels are moved to the nearest.
  var everyVoxel: [[Double]] {
    (0..<3).map { axis in
      let length = Double(max((shape[axis] - 1) * step[axis], 1))
      return (0..<full[axis]).map { min(max(Double($0 - first[axis]) / length, 0), 1) }
    }
  }

  /// Calls `body` with the index among the picked voxels and the offset in the grid, in the order of the picked voxels.
  func visit(_ body: (_ picked: Int, _ offset: Int) -> Void) {
    var picked = 0
    for k in 0..<shape.z {
      for j in 0..<shape.y {
        let row = full.x * (first.y + j * step.y + full.y * (first.z + k * step.z)) + first.x
        for i in 0..<shape.x {
          body(picked, row + i * step.x)
          picked += 1
        }
      }
    }
  }
}
