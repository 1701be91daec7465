import Foundation

/// A Gaussian along one axis, cut off at a whole number of voxels.
package struct GaussianKernel {
  /// The weights at the distances 0, 1, 2, … voxels. Their sum over both sides is 1.
  package let weights: [Float]

  /// Computes the weights.
  /// - Parameters:
  ///   - deviation: The standard deviation in voxels, above 0.
  ///   - radius: The largest distance with a weight, in voxels.
  package init(deviation: Double, radius: Int) {
    precondition(deviation > 0 && radius >= 0, "a Gaussian has a width above 0")
    let half = (0...radius).map { exp(-0.5 * Double($0 * $0) / (deviation * deviation)) }
    let sum = 2 * half.reduce(0, +) - half[0]
    weights = half.map { Float($0 / sum) }
  }

  /// Returns a volume convolved along one axis. The outermost value is repeated beyond the border.
  /// - Parameters:
  ///   - values: The voxels, x fastest.
  ///   - shape: The numbers of voxels along x, y and z.
  ///   - axis: 0, 1 or 2 for x, y or z.
  ///   - threads: The largest number of threads, or `nil` for that of `ParallelLoop`. The result does not depend on it.
  package func convolved(
    _ values: [Float], shape: SIMD3<Int>, along axis: Int, threads: Int? = nil
  ) -> [Float] {
    let length = shape[axis]
    let inner = [1, shape.x, shape.x * shape.y][axis]
    let outer = values.count / (inner * length)
    return values.withUnsafeBufferPointer { values in
      [Float](unsafeUninitializedCapacity: values.count) { output, filled in
        if inner == 1 {
          ParallelLoop.forEach(over: outer, size: 256, threads: threads) { rows in
            var padded = [Float](repeating: 0, count: length + 2 * (weights.count - 1))
            for row in rows { convolve(row * length, length, values, &padded, into: output) }
          }
        } else {
          ParallelLoop.forEach(over: outer * length, size: max(1, (1 << 14) / inner), threads: threads) {
            places in
            for place in places {
              let (o, n) = place.quotientAndRemainder(dividingBy: length)
              convolve(o * length * inner, n, length, inner, values, into: output)
            }
          }
        }
        filled = values.count
      }
    }
  }

  /// Convolves one row along x: the row is copied with its borders, and then added for each shift with its weight.
  ///
  /// Here and below, indices are added without a check for overflow, because the check would prevent vectorization.
  private func convolve(
    _ start: Int, _ length: Int, _ values: UnsafeBufferPointer<Float>, _ padded: inout [Float],
    into output: UnsafeMutableBufferPointer<Float>
  ) {
    let (reach, center) = (weights.count - 1, weights[0])
    padded.withUnsafeMutableBufferPointer { padded in
      for i in 0..<padded.count { padded[i] = values[start + min(max(i - reach, 0), length - 1)] }
      for i in 0..<length { output[start &+ i] = center * padded[i &+ reach] }
      for t in 1..<weights.count {
        let (weight, left, right) = (weights[t], reach - t, reach + t)
        for i in 0..<length { output[start &+ i] += weight * (padded[i &+ left] + padded[i &+ right]) }
      }
    }
  }

  /// Convolves position n of all lines of a plane of `inner` lines.
  private func convolve(
    _ start: Int, _ n: Int, _ length: Int, _ inner: Int, _ values: UnsafeBufferPointer<Float>,
    into output: UnsafeMutableBufferPointer<Float>
  ) {
    let (here, center) = (start + n * inner, weights[0])
    for i in 0..<inner { output[here &+ i] = center * values[here &+ i] }
    for t in 1..<weights.count {
      let weight = weights[t]
      let before = start + max(n - t, 0) * inner
      let after = start + min(n + t, length - 1) * inner
      for i in 0..<inner { output[here &+ i] += weight * (values[before &+ i] + values[after &+ i]) }
    }
  }
}
