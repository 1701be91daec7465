import NeuralNetwork

/// One way of showing a window to a network: mirrored or not, moved by a voxel or not. The mean of what it answers to
/// several is better than one answer, and takes as many times as long (Simonyan and Zisserman 2014, arXiv 1409.1556).
///
/// Moving by a voxel changes which voxels share a block where a network works on blocks. Voxels that leave the window
/// come back in at the other side: they are its outermost, where there is air.
package struct TestTimeView: Hashable {
  package var isMirrored: Bool
  package var isMoved: Bool

  package static let plain = TestTimeView(isMirrored: false, isMoved: false)
  package static let all = [false, true].flatMap { moved in
    [false, true].map { TestTimeView(isMirrored: $0, isMoved: moved) }
  }

  /// - Parameter size: voxels along i, j, k.
  package func show(_ voxels: [Float], size: SIMD3<Int>) -> [Float] {
    var result = isMoved ? Self.rolled(voxels[...], by: Self.step(size)) : voxels
    if isMirrored { Self.mirror(&result, width: size.x) }
    return result
  }

  /// Adds the answer to a sum, each voxel at its own place.
  /// - Parameter output: [1, C, D, H, W].
  package func add(_ output: Tensor, to sum: inout [Float], size: SIMD3<Int>) {
    let count = size.x * size.y * size.z
    for channel in 0..<output.shape[1] {
      var values = Array(output.values[channel * count..<(channel + 1) * count])
      if isMirrored { Self.mirror(&values, width: size.x) }
      if isMoved { values = Self.rolled(values[...], by: count - Self.step(size)) }
      let start = channel * count
      sum.withUnsafeMutableBufferPointer { sum in
        for index in values.indices { sum[start + index] += values[index] }
      }
    }
  }

  /// One voxel along each axis.
  private static func step(_ size: SIMD3<Int>) -> Int { 1 + size.x * (1 + size.y) }

  private static func rolled(_ voxels: ArraySlice<Float>, by step: Int) -> [Float] {
    Array(voxels.suffix(step) + voxels.dropLast(step))
  }

  private static func mirror(_ voxels: inout [Float], width: Int) {
    for start in stride(from: 0, to: voxels.count, by: width) { voxels[start..<start + width].reverse() }
  }
}
