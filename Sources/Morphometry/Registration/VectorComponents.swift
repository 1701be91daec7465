import Imaging
import Numerics

/// Three numbers for each node of a box as three planes, x, y, z, one behind the other: what the solver computes with.
///
/// A class, because its memory is written in place by many threads; it never leaves the solver.
package final class VectorComponents {
  /// Nodes; each component has so many numbers.
  package let count: Int
  package let values: UnsafeMutablePointer<Float>

  package init(count: Int) {
    self.count = count
    values = .allocate(capacity: 3 * count)
    values.initialize(repeating: 0, count: 3 * count)
  }

  deinit { values.deallocate() }

  package func setToZero() { values.update(repeating: 0, count: 3 * count) }

  package func copy(_ other: VectorComponents) { values.update(from: other.values, count: 3 * count) }

  /// Numbers that one task works on: their sums are added in order, so that results have the same bits on any number of
  /// threads.
  package static let slab = 1 << 15

  /// self ← self + factor · other.
  package func add(_ other: VectorComponents, times factor: Float) {
    let (to, from) = (values, other.values)
    Self.forEach(3 * count) { range in
      for index in range { to[index] += factor * from[index] }
    }
  }

  /// self ← other + factor · self.
  package func scale(by factor: Float, adding other: VectorComponents) {
    let (to, from) = (values, other.values)
    Self.forEach(3 * count) { range in
      for index in range { to[index] = from[index] + factor * to[index] }
    }
  }

  package func dot(_ other: VectorComponents) -> Double {
    let (a, b) = (values, other.values)
    return Self.sum(3 * count) { range in
      var lanes = SIMD8<Float>.zero
      let whole = range.lowerBound + range.count / 8 * 8
      for index in stride(from: range.lowerBound, to: whole, by: 8) {
        lanes += load(a, index) * load(b, index)
      }
      var sum = Double(lanes.sum())
      for index in whole..<range.upperBound { sum += Double(a[index] * b[index]) }
      return sum
    }
  }

  /// The greatest length of a vector.
  package var greatestLength: Float {
    let (x, y, z) = (values, values + count, values + 2 * count)
    let squares = ParallelLoop.map(over: count, size: Self.slab) { range -> Float in
      var most: Float = 0
      for index in range {
        let square: Float = x[index] * x[index] + y[index] * y[index] + z[index] * z[index]
        most = max(most, square)
      }
      return most
    }
    return squares.reduce(0, max).squareRoot()
  }

  package static func forEach(_ count: Int, _ body: (Range<Int>) -> Void) {
    ParallelLoop.forEach(over: count, size: slab, body)
  }

  package static func sum(_ count: Int, _ body: (Range<Int>) -> Double) -> Double {
    ParallelLoop.sum(over: count, size: slab, body)
  }
}

@inline(__always)
package func load(_ values: UnsafePointer<Float>, _ index: Int) -> SIMD8<Float> {
  UnsafeRawPointer(values + index).loadUnaligned(as: SIMD8<Float>.self)
}

@inline(__always)
package func load(_ values: UnsafeMutablePointer<Float>, _ index: Int) -> SIMD8<Float> {
  UnsafeRawPointer(values + index).loadUnaligned(as: SIMD8<Float>.self)
}

@inline(__always)
package func store(_ lanes: SIMD8<Float>, _ values: UnsafeMutablePointer<Float>, _ index: Int) {
  UnsafeMutableRawPointer(values + index).storeBytes(of: lanes, as: SIMD8<Float>.self)
}

extension VectorComponents {
  package convenience init(_ field: StationaryVelocityField) {
    self.init(count: field.grid.count)
    for (index, vector) in field.vectors.enumerated() {
      values[index] = vector.x
      values[count + index] = vector.y
      values[2 * count + index] = vector.z
    }
  }

  package func field(on grid: Grid) -> StationaryVelocityField {
    var field = StationaryVelocityField(grid: grid)
    let (x, y, z) = (values, values + count, values + 2 * count)
    field.vectors.withUnsafeMutableBufferPointer { vectors in
      for index in 0..<count { vectors[index] = SIMD4(x[index], y[index], z[index], 0) }
    }
    return field
  }
}
