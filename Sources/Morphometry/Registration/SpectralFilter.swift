import Foundation
import Imaging
import Numerics

/// Multiplies vector fields on a periodic box by functions of −Δ, in the Fourier domain.
///
/// With s the symbol of −Δ by differences of neighbours, Σ (2 − 2 cos k) / h², the regulariser's operator is
/// λ₁ s + λ₂ s². The transform of real numbers is symmetric, so two rows travel as one complex line, and half of the
/// columns are kept. Along the two other axes, blocks of eight columns stay in the cache until they are done.
package final class SpectralFilter {
  /// λ₁ and λ₂.
  package let membrane, bending: Float
  private let shape: SIMD3<Int>
  /// Columns in memory: half of the row and one more, to whole blocks of eight.
  private let width: Int
  private let columns: Int
  private let lines: (x: FourierLines, y: FourierLines, z: FourierLines)
  /// 2 − 2 cos k over h², along each axis.
  private let symbols: (x: [Float], y: [Float], z: [Float])
  private let real, imaginary: UnsafeMutablePointer<Float>

  package init(grid: Grid, membrane: Double, bending: Double) {
    (self.membrane, self.bending) = (Float(membrane), Float(bending))
    shape = grid.shape
    columns = shape.x / 2 + 1
    width = (columns + 7) / 8 * 8
    lines = (FourierLines(length: shape.x), FourierLines(length: shape.y), FourierLines(length: shape.z))
    let h = Double(grid.isotropicSpacing)
    func symbol(_ length: Int, _ count: Int) -> [Float] {
      (0..<count).map { Float((2 - 2 * cos(2 * Double.pi * Double($0) / Double(length))) / (h * h)) }
    }
    symbols = (symbol(shape.x, width), symbol(shape.y, shape.y), symbol(shape.z, shape.z))
    let count = 3 * width * shape.y * shape.z
    (real, imaginary) = (.allocate(capacity: count), .allocate(capacity: count))
    real.initialize(repeating: 0, count: count)
    imaginary.initialize(repeating: 0, count: count)
  }

  deinit {
    real.deallocate()
    imaginary.deallocate()
  }

  /// target ← (constant + λ₁ s + λ₂ s²)⁻¹ source.
  package func invert(_ source: VectorComponents, constant: Float, into target: VectorComponents) {
    apply(source, into: target, constant: constant, isInverse: true)
  }

  /// target ← (λ₁ s + λ₂ s²) source.
  package func regularize(_ source: VectorComponents, into target: VectorComponents) {
    apply(source, into: target, constant: 0, isInverse: false)
  }

  private func apply(
    _ source: VectorComponents, into target: VectorComponents, constant: Float, isInverse: Bool
  ) {
    // All rows of the three components follow one another.
    let rows = 3 * shape.y * shape.z
    ParallelLoop.forEach(over: (rows + 15) / 16, size: 16) { blocks in
      var buffer = FourierLines.Buffer(length: shape.x)
      for block in blocks { rowsForward(source, block * 16, min(block * 16 + 16, rows), &buffer) }
    }
    let blocks = width / 8
    ParallelLoop.forEach(over: 3 * blocks, size: 1) { tasks in
      var y = FourierLines.Buffer(length: shape.y)
      var z = FourierLines.Buffer(length: shape.z)
      for task in tasks {
        filterColumns(component: task / blocks, block: task % blocks, constant, isInverse, &y, &z)
      }
    }
    ParallelLoop.forEach(over: (rows + 15) / 16, size: 16) { blocks in
      var buffer = FourierLines.Buffer(length: shape.x)
      for block in blocks { rowsBackward(target, block * 16, min(block * 16 + 16, rows), &buffer) }
    }
  }

  /// Up to 16 rows as eight complex lines: the rows of a pair are the real and the imaginary part.
  private func rowsForward(
    _ source: VectorComponents, _ first: Int, _ end: Int, _ buffer: inout FourierLines.Buffer
  ) {
    let n = shape.x
    var (re, im) = buffer.floats
    for row in first..<end {
      let (lane, from) = ((row - first) / 2, source.values + row * n)
      let to = (row - first).isMultiple(of: 2) ? re : im
      for i in 0..<n { to[8 &* i &+ lane] = from[i] }
    }
    lines.x.forward(&buffer)
    (re, im) = buffer.floats
    for row in stride(from: first, to: end, by: 2) {
      let lane = (row - first) / 2
      let (even, odd) = (row * width, (row + 1) * width)
      for k in 0..<columns {
        let (a, b) = (8 &* k &+ lane, 8 &* (k == 0 ? 0 : n &- k) &+ lane)
        real[even &+ k] = 0.5 * (re[a] + re[b])
        imaginary[even &+ k] = 0.5 * (im[a] - im[b])
        real[odd &+ k] = 0.5 * (im[a] + im[b])
        imaginary[odd &+ k] = 0.5 * (re[b] - re[a])
      }
    }
  }

  private func rowsBackward(
    _ target: VectorComponents, _ first: Int, _ end: Int, _ buffer: inout FourierLines.Buffer
  ) {
    let n = shape.x
    var (re, im) = buffer.floats
    for row in stride(from: first, to: end, by: 2) {
      let lane = (row - first) / 2
      let (even, odd) = (row * width, (row + 1) * width)
      for k in 0..<columns {
        let (a, b) = (8 &* k &+ lane, 8 &* (k == 0 ? 0 : n &- k) &+ lane)
        let (ar, ai) = (real[even &+ k], imaginary[even &+ k])
        let (br, bi) = (real[odd &+ k], imaginary[odd &+ k])
        (re[b], im[b]) = (ar + bi, br - ai)
        (re[a], im[a]) = (ar - bi, ai + br)
      }
    }
    lines.x.backward(&buffer)
    (re, im) = buffer.floats
    for row in first..<end {
      let (lane, to) = ((row - first) / 2, target.values + row * n)
      let from = (row - first).isMultiple(of: 2) ? re : im
      for i in 0..<n { to[i] = from[8 &* i &+ lane] }
    }
  }

  /// Eight columns: along y and z, times the filter, and back.
  private func filterColumns(
    component: Int, block: Int, _ constant: Float, _ isInverse: Bool,
    _ alongY: inout FourierLines.Buffer, _ alongZ: inout FourierLines.Buffer
  ) {
    let start = component * width * shape.y * shape.z + 8 * block
    let (row, slice) = (width, width * shape.y)
    for k in 0..<shape.z {
      take(start + k * slice, row, shape.y, &alongY)
      lines.y.forward(&alongY)
      put(start + k * slice, row, shape.y, alongY)
    }
    let scale = 1 / Float(shape.x * shape.y * shape.z)
    let symbolX = symbols.x.withUnsafeBufferPointer { $0.baseAddress.map { load($0, 8 * block) } ?? .zero }
    for j in 0..<shape.y {
      take(start + j * row, slice, shape.z, &alongZ)
      lines.z.forward(&alongZ)
      for k in 0..<shape.z {
        let s = symbolX + (symbols.y[j] + symbols.z[k])
        let value = constant + s * (membrane + bending * s)
        let factor = isInverse ? scale / value : scale * value
        alongZ.real[k] *= factor
        alongZ.imaginary[k] *= factor
      }
      lines.z.backward(&alongZ)
      put(start + j * row, slice, shape.z, alongZ)
    }
    for k in 0..<shape.z {
      take(start + k * slice, row, shape.y, &alongY)
      lines.y.backward(&alongY)
      put(start + k * slice, row, shape.y, alongY)
    }
  }

  @inline(__always)
  private func take(_ start: Int, _ step: Int, _ count: Int, _ buffer: inout FourierLines.Buffer) {
    for n in 0..<count {
      buffer.real[n] = load(real, start &+ n &* step)
      buffer.imaginary[n] = load(imaginary, start &+ n &* step)
    }
  }

  @inline(__always)
  private func put(_ start: Int, _ step: Int, _ count: Int, _ buffer: borrowing FourierLines.Buffer) {
    for n in 0..<count {
      store(buffer.real[n], real, start &+ n &* step)
      store(buffer.imaginary[n], imaginary, start &+ n &* step)
    }
  }
}

extension FourierLines.Buffer {
  /// The lines as numbers: eight for each place.
  fileprivate var floats: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>) {
    (
      UnsafeMutableRawPointer(real).assumingMemoryBound(to: Float.self),
      UnsafeMutableRawPointer(imaginary).assumingMemoryBound(to: Float.self)
    )
  }
}
