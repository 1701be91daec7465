import Foundation

/// The discrete Fourier transform of a power of two of values: Cooley and Tukey's, radix 2, in place.
///
/// It transforms a few hundred values a few times per iteration; a library would save nothing.
package struct FourierTransform {
  private let size: Int
  /// cos and sin of 2π n / size for the first half.
  private let cosines, sines: [Double]

  package init(size: Int) {
    precondition(size > 1 && size & (size - 1) == 0, "the transform takes a power of two of values")
    self.size = size
    let angles = (0..<size / 2).map { 2 * Double.pi * Double($0) / Double(size) }
    cosines = angles.map { cos($0) }
    sines = angles.map { sin($0) }
  }

  /// Σ x[n] exp(-2πi kn/size) for each k.
  package func forward(real values: [Double]) -> (real: [Double], imaginary: [Double]) {
    transformed(values, [Double](repeating: 0, count: size), sign: -1)
  }

  /// The values convolved, in a circle, with a filter that is given by its transform and is real there.
  package func filtered(_ values: [Double], by filter: [Double]) -> [Double] {
    var (real, imaginary) = forward(real: values)
    for index in 0..<size {
      real[index] *= filter[index]
      imaginary[index] *= filter[index]
    }
    return transformed(real, imaginary, sign: 1).real.map { $0 / Double(size) }
  }

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
