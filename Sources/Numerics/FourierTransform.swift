import Foundation

/// A discrete Fourier transform of 2ⁿ values: the radix-2 algorithm of Cooley and Tukey (1965), in O(n log n).
///
/// It serves transforms of a few hundred values, for which a library would save no time.
package struct FourierTransform {
  private let size: Int
  /// The values cos(2π n / size) and sin(2π n / size) for n in 0..<size/2.
  private let cosines, sines: [Double]

  /// Prepares the transform of `size` values.
  /// - Parameter size: The number of values, a power of two above 1.
  package init(size: Int) {
    precondition(size > 1 && size & (size - 1) == 0, "the size of a Fourier transform must be a power of two")
    self.size = size
    let angles = (0..<size / 2).map { 2 * Double.pi * Double($0) / Double(size) }
    cosines = angles.map { cos($0) }
    sines = angles.map { sin($0) }
  }

  /// Returns the transform of real values, Σ x[n] exp(-2πi kn/size) for each k.
  package func forward(real values: [Double]) -> (real: [Double], imaginary: [Double]) {
    transformed(values, [Double](repeating: 0, count: size), sign: -1)
  }

  /// Returns the circular convolution of values with a filter.
  /// - Parameters:
  ///   - values: `size` real values.
  ///   - filter: The transform of the filter, which must be real: `size` values.
  package func filtered(_ values: [Double], by filter: [Double]) -> [Double] {
    var (real, imaginary) = forward(real: values)
    for index in 0..<size {
      real[index] *= filter[index]
      imaginary[index] *= filter[index]
    }
    return transformed(real, imaginary, sign: 1).real.map { $0 / Double(size) }
  }

  /// Returns the transform with the given sign of the exponent, without normalization.
  private func transformed(
    _ real: [Double], _ imaginary: [Double], sign: Double
  ) -> (real: [Double], imaginary: [Double]) {
    var (re, im) = (bitReversed(real), bitReversed(imaginary))
    var half = 1
    while half < size {
      let stride = size / (2 * half)
      for block in Swift.stride(from: 0, to: size, by: 2 * half) {
        for index in 0..<half {
          let (c, s) = (cosines[index * stride], sign * sines[index * stride])
          let (a, b) = (block + index, block + index + half)
          let (x, y) = (c * re[b] - s * im[b], c * im[b] + s * re[b])
          (re[b], im[b]) = (re[a] - x, im[a] - y)
          (re[a], im[a]) = (re[a] + x, im[a] + y)
        }
      }
      half *= 2
    }
    return (re, im)
  }

  /// Returns the values in bit-reversed order, in which the in-place butterflies leave their results in order.
  private func bitReversed(_ values: [Double]) -> [Double] {
    let shift = Int.bitWidth - size.trailingZeroBitCount
    return (0..<size).map { index in
      var (bits, reversed) = (index << shift, 0)
      for bit in 0..<(Int.bitWidth - shift) {
        if bits < 0 { reversed |= 1 << bit }
        bits <<= 1
      }
      return values[reversed]
    }
  }
}
