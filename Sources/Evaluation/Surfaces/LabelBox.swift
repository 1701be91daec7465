import Imaging
import Numerics

/// One label of two maps, cropped to the bounding box of the label in both maps, with a border of one empty voxel on
/// every side.
///
/// The crop loses nothing, because every voxel that has the label in either map is inside. The bounding box of a brain
/// is about a quarter of a grid of 256³ voxels of 1 mm.
struct LabelBox {
  /// Voxels along i, j, k, including the border.
  let shape: SIMD3<Int>
  /// 1 where the map has the label, 0 elsewhere; i is the fastest axis.
  let prediction, reference: [UInt8]

  /// Crops two maps of one shape. Returns `nil` if neither has the label.
  init?(of label: UInt16, prediction: LabelMap, reference: LabelMap) {
    let size = prediction.grid.shape
    let maps = [prediction, reference].map(\.labels)
    guard let (low, high) = Self.bounds(of: label, maps, size) else { return nil }
    shape = high &- low &+ 3
    let (shape, start) = (shape, low)
    let bytes = maps.map { Self.cut(label, $0, size, from: start, shape) }
    (self.prediction, self.reference) = (bytes[0], bytes[1])
  }

  /// Returns a label map with unit spacing that is 1 where `bytes` are 1, for operations that depend on neighborhoods
  /// only.
  func labelMap(_ bytes: [UInt8]) -> LabelMap {
    LabelMap(grid: Grid(shape: shape, affine: .identity), labels: bytes.map(UInt16.init))
  }

  /// Returns the first and last voxel with the label along each axis, over all maps.
  private static func bounds(
    of label: UInt16, _ maps: [[UInt16]], _ size: SIMD3<Int>
  ) -> (low: SIMD3<Int>, high: SIMD3<Int>)? {
    let boxes = maps.flatMap { labels in
      labels.withUnsafeBufferPointer { labels in
        ParallelLoop.map(over: size.z, size: 8) { slices in bounds(of: label, labels, size, slices) }
      }
    }
    let low = boxes.reduce(size) { pointwiseMin($0, $1.low) }
    let high = boxes.reduce(SIMD3(repeating: -1)) { pointwiseMax($0, $1.high) }
    return high.x < 0 ? nil : (low, high)
  }

  private static func bounds(
    of label: UInt16, _ labels: UnsafeBufferPointer<UInt16>, _ size: SIMD3<Int>, _ slices: Range<Int>
  ) -> (low: SIMD3<Int>, high: SIMD3<Int>) {
    var (low, high) = (size, SIMD3<Int>(repeating: -1))
    for k in slices {
      for j in 0..<size.y {
        let row = UnsafeBufferPointer(
          rebasing: labels[size.x * (j + size.y * k)..<size.x * (j + 1 + size.y * k)])
        // Most rows are empty. This loop is vectorized and skips them quickly.
        var found: UInt8 = 0
        for i in 0..<row.count { found |= row[i] == label ? 1 : 0 }
        guard found > 0, let first = row.firstIndex(of: label), let last = row.lastIndex(of: label) else {
          continue
        }
        low = pointwiseMin(low, [first, j, k])
        high = pointwiseMax(high, [last, j, k])
      }
    }
    return (low, high)
  }

  private static func cut(
    _ label: UInt16, _ labels: [UInt16], _ size: SIMD3<Int>, from start: SIMD3<Int>, _ shape: SIMD3<Int>
  ) -> [UInt8] {
    let inner = shape &- 2
    let count = shape.x * shape.y * shape.z
    return labels.withUnsafeBufferPointer { labels in
      [UInt8](unsafeUninitializedCapacity: count) { output, filled in
        output.initialize(repeating: 0)
        ParallelLoop.forEach(over: inner.z, size: 8) { slices in
          for k in slices {
            for j in 0..<inner.y {
              let from = start.x + size.x * (j + start.y + size.y * (k + start.z))
              let to = 1 + shape.x * (j + 1 + shape.y * (k + 1))
              for i in 0..<inner.x { output[to &+ i] = labels[from &+ i] == label ? 1 : 0 }
            }
          }
        }
        filled = count
      }
    }
  }
}
