import Foundation

/// The discrete Fourier transform of eight lines at a time, of a length with the factors 2, 3 and 5.
///
/// Stockham's self-sorting form: each pass takes one factor p out of the length, and writes in the order that the next
/// pass reads (Van Loan 1992, "Computational frameworks for the fast Fourier transform", section 1.7). Eight lines side
/// by side make every operation one on vectors, whatever the axis.
package struct FourierLines {
  package typealias Lines = SIMD8<Float>
  package let length: Int
  private let passes: [Pass]

  private struct Pass {
    /// The factor, what is left of the length behind it, and the product of the factors before it.
    let factor, rest, stride: Int
    /// exp(-2πi jq / (factor · rest)) for q < rest and 0 < j < factor.
    let cosines, sines: [Float]
  }

  /// Whether lines of this length can be transformed.
  package static func isPossible(_ length: Int) -> Bool {
    var rest = length
    for factor in [2, 3, 5] { while rest > 1 && rest.isMultiple(of: factor) { rest /= factor } }
    return length > 0 && rest == 1
  }

  /// The least even length that can be transformed and is not below `count`.
  package static func length(atLeast count: Int) -> Int {
    var length = max(2, count + count % 2)
    while !isPossible(length) { length += 2 }
    return length
  }

  package init(length: Int) {
    precondition(Self.isPossible(length), "a length has the factors 2, 3 and 5 alone")
    self.length = length
    var (passes, rest, stride) = ([Pass](), length, 1)
    for factor in [4, 2, 3, 5] {
      while rest.isMultiple(of: factor) && rest > 1 {
        let angle = 2 * Double.pi / Double(rest)
        rest /= factor
        let places = (0..<rest).flatMap { q in (1..<factor).map { Double($0 * q) } }
        passes.append(
          Pass(
            factor: factor, rest: rest, stride: stride, cosines: places.map { Float(cos($0 * angle)) },
            sines: places.map { Float(-sin($0 * angle)) }))
        stride *= factor
      }
    }
    self.passes = passes
  }

  /// Memory for one transform: the lines and a second place for them, real and imaginary parts.
  package struct Buffer: ~Copyable {
    private let memory: UnsafeMutablePointer<Lines>
    package fileprivate(set) var real, imaginary: UnsafeMutablePointer<Lines>
    fileprivate var otherReal, otherImaginary: UnsafeMutablePointer<Lines>

    package init(length: Int) {
      memory = .allocate(capacity: 4 * length)
      memory.initialize(repeating: .zero, count: 4 * length)
      (real, imaginary) = (memory, memory + length)
      (otherReal, otherImaginary) = (memory + 2 * length, memory + 3 * length)
    }

    deinit { memory.deallocate() }
  }

  /// X[k] = Σ x[n] exp(-2πi kn / length), in place.
  package func forward(_ buffer: inout Buffer) {
    for pass in passes {
      pass.cosines.withUnsafeBufferPointer { cosines in
        pass.sines.withUnsafeBufferPointer { sines in
          run(pass, cosines, sines, &buffer)
        }
      }
      swap(&buffer.real, &buffer.otherReal)
      swap(&buffer.imaginary, &buffer.otherImaginary)
    }
  }

  /// `length` times the inverse, in place: with real and imaginary parts exchanged the transform runs backwards.
  package func backward(_ buffer: inout Buffer) {
    swap(&buffer.real, &buffer.imaginary)
    swap(&buffer.otherReal, &buffer.otherImaginary)
    forward(&buffer)
    swap(&buffer.real, &buffer.imaginary)
    swap(&buffer.otherReal, &buffer.otherImaginary)
  }

  private func run(
    _ pass: Pass, _ cosines: UnsafeBufferPointer<Float>, _ sines: UnsafeBufferPointer<Float>,
    _ buffer: inout Buffer
  ) {
    let (p, m, s) = (pass.factor, pass.rest, pass.stride)
    let (xr, xi, yr, yi) = (buffer.real, buffer.imaginary, buffer.otherReal, buffer.otherImaginary)
    let far = s &* m
    for q in 0..<m {
      let twiddle = q &* (p &- 1)
      @inline(__always) func put(_ at: Int, _ j: Int, _ re: Lines, _ im: Lines) {
        let (c, d) = (cosines[twiddle &+ j &- 1], sines[twiddle &+ j &- 1])
        yr[at &+ j &* s] = c * re - d * im
        yi[at &+ j &* s] = c * im + d * re
      }
      for r in 0..<s {
        let from = r &+ s &* q
        let to = r &+ s &* p &* q
        let (a, ai) = (xr[from], xi[from])
        let (b, bi) = (xr[from &+ far], xi[from &+ far])
        switch p {
        case 2:
          (yr[to], yi[to]) = (a + b, ai + bi)
          put(to, 1, a - b, ai - bi)
        case 3:
          let (c, ci) = (xr[from &+ 2 &* far], xi[from &+ 2 &* far])
          let (t, ti) = (b + c, bi + ci)
          let (u, ui) = (a - 0.5 * t, ai - 0.5 * ti)
          let (d, di) = (Self.sine3 * (b - c), Self.sine3 * (bi - ci))
          (yr[to], yi[to]) = (a + t, ai + ti)
          put(to, 1, u + di, ui - d)
          put(to, 2, u - di, ui + d)
        case 4:
          let (c, ci) = (xr[from &+ 2 &* far], xi[from &+ 2 &* far])
          let (d, di) = (xr[from &+ 3 &* far], xi[from &+ 3 &* far])
          let (e, ei, f, fi) = (a + c, ai + ci, a - c, ai - ci)
          let (g, gi, h, hi) = (b + d, bi + di, b - d, bi - di)
          (yr[to], yi[to]) = (e + g, ei + gi)
          put(to, 1, f + hi, fi - h)
          put(to, 2, e - g, ei - gi)
          put(to, 3, f - hi, fi + h)
        default:
          let (c, ci) = (xr[from &+ 2 &* far], xi[from &+ 2 &* far])
          let (d, di) = (xr[from &+ 3 &* far], xi[from &+ 3 &* far])
          let (e, ei) = (xr[from &+ 4 &* far], xi[from &+ 4 &* far])
          let (t, ti, v, vi) = (b + e, bi + ei, b - e, bi - ei)
          let (u, ui, w, wi) = (c + d, ci + di, c - d, ci - di)
          let (f, fi) = (
            a + Self.cosine5 * t + Self.cosine25 * u, ai + Self.cosine5 * ti + Self.cosine25 * ui
          )
          let (g, gi) = (
            a + Self.cosine25 * t + Self.cosine5 * u, ai + Self.cosine25 * ti + Self.cosine5 * ui
          )
          let (h, hi) = (Self.sine5 * v + Self.sine25 * w, Self.sine5 * vi + Self.sine25 * wi)
          let (k, ki) = (Self.sine25 * v - Self.sine5 * w, Self.sine25 * vi - Self.sine5 * wi)
          (yr[to], yi[to]) = (a + t + u, ai + ti + ui)
          put(to, 1, f + hi, fi - h)
          put(to, 2, g + ki, gi - k)
          put(to, 3, g - ki, gi + k)
          put(to, 4, f - hi, fi + h)
        }
      }
    }
  }

  private static let sine3 = Float(3.0.squareRoot() / 2)
  private static let cosine5 = Float(cos(2 * Double.pi / 5))
  private static let cosine25 = Float(cos(4 * Double.pi / 5))
  private static let sine5 = Float(sin(2 * Double.pi / 5))
  private static let sine25 = Float(sin(4 * Double.pi / 5))
}
