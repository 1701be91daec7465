import Imaging
import NeuralNetwork
import Numerics

/// One view of a window for test-time augmentation: mirrored or not, shifted by one voxel or not. The mean over several
/// views is more accurate than one output, at a proportional cost (Simonyan and Zisserman 2014, arXiv 1409.1556).
///
/// In a network that works on blocks of voxels, a shift by one voxel changes which voxels share a block. Voxels that
/// leave the window enter it on the other side; they are at its border, where there is air.
package struct TestTimeAugmentation: Hashable {
  /// Whether the view is mirrored along i.
  package var isMirrored: Bool
  /// Whether the view is shifted by one voxel along each axis.
  package var isMoved: Bool

  /// The window without any change.
  package static let plain = TestTimeAugmentation(isMirrored: false, isMoved: false)
  /// The allowed numbers of views.
  package static let counts = [1, 2, 4]

  /// Returns the views, the unchanged one first. Two views differ in both ways.
  /// - Parameter isCoarse: whether the output has one voxel for each block of voxels; such views are not shifted, and
  ///   there are at most two.
  package static func views(_ count: Int, isCoarse: Bool = false) -> [TestTimeAugmentation] {
    let mirrored = TestTimeAugmentation(isMirrored: true, isMoved: false)
    if isCoarse { return Array([plain, mirrored].prefix(count)) }
    let moved = TestTimeAugmentation(isMirrored: false, isMoved: true)
    let both = TestTimeAugmentation(isMirrored: true, isMoved: true)
    return Array([plain, both, mirrored, moved].prefix(count))
  }

  /// Returns the voxels of the view.
  /// - Parameter size: voxels along i, j, k.
  package func show(_ voxels: [Float], size: SIMD3<Int>) -> [Float] {
    guard self != .plain else { return voxels }
    let (width, shift) = (size.x, isMoved ? Self.step(size) : 0)
    return [Float](unsafeUninitializedCapacity: voxels.count) { target, count in
      count = voxels.count
      voxels.withUnsafeBufferPointer { source in
        ParallelLoop.forEach(over: voxels.count / width, size: Self.rows) { rows in
          forEachPair(rows, width, source.count, shift) { own, other in target[own] = source[other] }
        }
      }
    }
  }

  /// Adds a network's output for the view to a sum, each voxel at its position in the window, and scales the new sum.
  /// - Parameters:
  ///   - output: [1, C, D, H, W].
  ///   - channels: for each channel of the sum the channel of the output that is added to it.
  package func add(
    _ output: Tensor, channels: [Int], to sum: inout [Float], size: SIMD3<Int>, scale: Float = 1
  ) {
    let count = size.x * size.y * size.z
    let (width, shift) = (size.x, isMoved ? Self.step(size) : 0)
    sum.withUnsafeMutableBufferPointer { sum in
      output.values.withUnsafeBufferPointer { answer in
        for (target, source) in channels.enumerated() {
          let (target, source) = (target * count, source * count)
          ParallelLoop.forEach(over: count / width, size: Self.rows) { rows in
            forEachPair(rows, width, count, shift) { own, other in
              sum[target + other] = (sum[target + other] + answer[source + own]) * scale
            }
          }
        }
      }
    }
  }

  /// Rows per slab of the parallel loop.
  private static let rows = 2048

  /// Calls `body` for the voxels of some rows of the view, each with the voxel of the window that it shows.
  @inline(__always)
  private func forEachPair(
    _ rows: Range<Int>, _ width: Int, _ count: Int, _ shift: Int, _ body: (_ own: Int, _ other: Int) -> Void
  ) {
    for row in rows {
      let first = row * width
      for x in 0..<width {
        var other = (isMirrored ? first + width - 1 - x : first + x) - shift
        if other < 0 { other += count }
        body(first + x, other)
      }
    }
  }

  /// Returns the offset of a shift by one voxel along each axis.
  private static func step(_ size: SIMD3<Int>) -> Int { 1 + size.x * (1 + size.y) }
}
