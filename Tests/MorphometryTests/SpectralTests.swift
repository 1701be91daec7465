import Foundation
import Imaging
import Morphometry
import Testing

@Suite("Fourier transforms and the filters made of them")
struct SpectralTests {
  @Test(
    "a transform is the sum that defines it, for all lengths of factors 2, 3 and 5",
    arguments: [
      2, 3, 4, 5, 6, 8, 9, 10, 12, 15, 16, 20, 24, 25, 27, 30, 36, 45, 60, 72, 75,
    ])
  func definition(length: Int) {
    let lines = FourierLines(length: length)
    var buffer = FourierLines.Buffer(length: length)
    let values = (0..<length).map { n -> (SIMD8<Float>, SIMD8<Float>) in
      let (re, im) = (Float(sin(Double(n) * 1.7) + 0.2), Float(cos(Double(n * n))))
      return (SIMD8(repeating: re), SIMD8(repeating: im))
    }
    for n in 0..<length { (buffer.real[n], buffer.imaginary[n]) = values[n] }
    lines.forward(&buffer)
    for k in 0..<length {
      var (re, im) = (0.0, 0.0)
      for n in 0..<length {
        let angle = -2 * Double.pi * Double(k * n % length) / Double(length)
        let (a, b) = (Double(values[n].0[3]), Double(values[n].1[3]))
        re += a * cos(angle) - b * sin(angle)
        im += a * sin(angle) + b * cos(angle)
      }
      #expect(abs(Double(buffer.real[k][3]) - re) < 1e-4 && abs(Double(buffer.imaginary[k][7]) - im) < 1e-4)
    }
    lines.backward(&buffer)
    for n in 0..<length {
      #expect(abs(buffer.real[n][0] / Float(length) - values[n].0[0]) < 1e-5)
    }
  }

  @Test("lengths with another factor are refused, and the next that is possible is found")
  func lengths() {
    #expect(!FourierLines.isPossible(14) && FourierLines.isPossible(60))
    #expect(FourierLines.length(atLeast: 58) == 60)
    #expect(FourierLines.length(atLeast: 70) == 72)
  }

  static let grid = Grid(shape: [12, 10, 18], affine: Affine(spacing: [3, 3, 3]))

  /// Values without any order.
  private func field() -> StationaryVelocityField {
    StationaryVelocityField(grid: Self.grid) { p in
      [sin(3.1 * p.x * p.y + p.z), cos(2.3 * p.y + p.x * p.z), sin(1.3 * p.z * p.z - p.x)]
    }
  }

  /// −Δ by differences of neighbours, around the sides.
  private func laplacian(_ f: StationaryVelocityField) -> StationaryVelocityField {
    var result = f
    let n = f.grid.shape
    for k in 0..<n.z {
      for j in 0..<n.y {
        for i in 0..<n.x {
          var sum = 6 * f[i, j, k]
          sum -= f[(i + 1) % n.x, j, k] + f[(i + n.x - 1) % n.x, j, k]
          sum -= f[i, (j + 1) % n.y, k] + f[i, (j + n.y - 1) % n.y, k]
          sum -= f[i, j, (k + 1) % n.z] + f[i, j, (k + n.z - 1) % n.z]
          result[i, j, k] = sum / 9
        }
      }
    }
    return result
  }

  @Test("the regulariser is that of differences of neighbours, λ₁ (−Δ) + λ₂ Δ²")
  func regularizer() {
    let source = VectorComponents(field())
    let target = VectorComponents(count: Self.grid.count)
    SpectralFilter(grid: Self.grid, membrane: 0.7, bending: 1.9).regularize(source, into: target)
    let once = laplacian(field())
    let expected = once * 0.7 + laplacian(once) * 1.9
    let found = target.field(on: Self.grid)
    let differences = zip(found.vectors, expected.vectors).map { Double((($0 - $1) * ($0 - $1)).sum()) }
    #expect((differences.max() ?? 1) < 1e-9)
  }

  @Test("the inverse filter undoes the constant plus the regulariser")
  func inverse() {
    let filter = SpectralFilter(grid: Self.grid, membrane: 0.7, bending: 1.9)
    let source = VectorComponents(field())
    let (image, back) = (VectorComponents(count: Self.grid.count), VectorComponents(count: Self.grid.count))
    filter.regularize(source, into: image)
    image.add(source, times: 0.4)
    filter.invert(image, constant: 0.4, into: back)
    back.add(source, times: -1)
    #expect(back.greatestLength < 1e-4)
  }

  @Test("conjugate gradients solve the equations, and keep the regularised velocity up to date")
  func solver() {
    let count = Self.grid.count
    let equations = NormalEquations(count: count)
    for n in 0..<count {
      // g gᵀ of a gradient that is 0 in half of the box.
      let g = n % 18 < 9 ? SIMD3<Float>(0.3 * sinf(Float(n)), 0.2, 0.1 * cosf(Float(n))) : .zero
      let entries = [g.x * g.x, g.y * g.y, g.z * g.z, g.x * g.y, g.x * g.z, g.y * g.z]
      for (number, value) in entries.enumerated() { equations.curvature[number * count + n] = value }
      for axis in 0..<3 { equations.gradient.values[axis * count + n] = 0.5 * g[axis] * cosf(0.3 * Float(n)) }
    }
    let start = field() * 0.5
    let solver = VelocitySolver(start: start, membrane: 0.05, bending: 0.1)
    solver.advance(equations, iterations: 60, longest: 1e6)
    let step = solver.field + -start
    // (A + λL) δ + b + λL v = (A δ + b) + λL (v + δ)
    let once = laplacian(solver.field)
    let regularized = once * 0.05 + laplacian(once) * 0.1
    let image = VectorComponents(count: count)
    equations.multiply(VectorComponents(step), adding: VectorComponents(regularized), into: image)
    image.add(equations.gradient, times: 1)
    #expect(image.greatestLength < 1e-3 * equations.gradient.greatestLength)
  }
}
