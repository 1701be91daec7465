import Imaging

/// Gray and white matter side by side for each voxel, as the registration reads them.
package struct TissuePair: Sendable {
  package let shape: SIMD3<Int>
  /// In mm.
  package let spacing: Float
  /// Gray, white, gray, white, …: i fastest.
  package let values: [Float]

  package init(_ maps: TissueMaps) {
    shape = maps.grid.shape
    spacing = maps.grid.isotropicSpacing
    values = maps.gray.voxels.withUnsafeBufferPointer { gray in
      maps.white.voxels.withUnsafeBufferPointer { white in
        [Float](unsafeUninitializedCapacity: 2 * gray.count) { values, filled in
          for index in 0..<gray.count {
            values[2 &* index] = gray[index]
            values[2 &* index &+ 1] = white[index]
          }
          filled = 2 * gray.count
        }
      }
    }
  }
}

extension Grid {
  /// Every n-th node along each axis, from the first one on, as far as this grid reaches.
  package func thinned(by n: Int) -> Grid {
    var result = self
    result.shape = (shape &+ (n - 1)) / n
    for axis in 0..<3 { result.shape[axis] = max(2, result.shape[axis]) }
    result.affine.i *= Double(n)
    result.affine.j *= Double(n)
    result.affine.k *= Double(n)
    return result
  }

  /// The box of a velocity field over this grid: every n-th node, and beyond the far sides so many more that the field
  /// may be periodic, and that a Fourier transform of factors 2, 3 and 5 fits (each number of nodes is even).
  package func velocityBox(every n: Int) -> Grid {
    var result = thinned(by: n)
    for axis in 0..<3 { result.shape[axis] = FourierLines.length(atLeast: result.shape[axis] + 1) }
    return result
  }
}

extension TissueMaps {
  /// The maps on every n-th node, smoothed to match.
  package func thinned(by n: Int) -> TissueMaps {
    guard n > 1 else { return self }
    let target = grid.thinned(by: n)
    return TissueMaps(
      gray: gray.smoothed(for: target).resampled(onto: target),
      white: white.smoothed(for: target).resampled(onto: target))
  }
}
