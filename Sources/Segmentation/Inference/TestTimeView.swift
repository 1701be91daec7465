import Imaging
import NeuralNetwork
import Numerics

/// One way of showing a window to a network: mirrored or not, moved by a voxel or not. Test-time augmentation: the mean
/// of what it answers to several is better than one answer, and takes as many times as long (Simonyan and Zisserman
/// 2014, arXiv 1409.1556).
///
/// Moving by a voxel changes which voxels share a block where a network works on blocks. Voxels that leave the window
/// come back in at the other side: they are its outermost, where there is air.
package struct TestTimeView: Hashable {
  package var isMirrored: Bool
  package var isMoved: Bool

  package static let plain = TestTimeView(isMirrored: false, isMoved: false)
  /// How many can be asked for.
  package static let counts = [1, 2, 4]

  /// The first views of so many, the plain one first. Two differ in both ways.
  package static func views(_ count: Int) -> [TestTimeView] {
    let mirrored = TestTimeView(isMirrored: true, isMoved: false)
    let moved = TestTimeView(isMirrored: false, isMoved: true)
    let both = TestTimeView(isMirrored: true, isMoved: true)
    return Array([plain, both, mirrored, moved].prefix(count))
  }

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

  /// Adds the answer to a sum, each voxel at its own place.
  /// - Parameter output: [1, C, D, H, W].
  package func add(_ output: Tensor, to sum: inout [Float], size: SIMD3<Int>) {
    let count = size.x * size.y * size.z
    let (width, shift) = (size.x, isMoved ? Self.step(size) : 0)
    sum.withUnsafeMutableBufferPointer { sum in
      output.values.withUnsafeBufferPointer { answer in
        for start in stride(from: 0, to: sum.count, by: count) {
          ParallelLoop.forEach(over: count / width, size: Self.rows) { rows in
            forEachPair(rows, width, count, shift) { own, other in sum[start + other] += answer[start + own] }
          }
        }
      }
    }
  }

  /// Rows of one slab.
  private static let rows = 2048

  /// Visits the voxels of some rows of the view, each with the voxel of the window that it shows.
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

  /// One voxel along each axis.
  private static func step(_ size: SIMD3<Int>) -> Int { 1 + size.x * (1 + size.y) }
}
