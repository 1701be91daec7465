import Numerics

/// The weights of the four coefficients that influence each of many positions along one axis: a banded matrix that is
/// applied to one axis of a three-dimensional array.
struct SplineRows {
  /// The number of coefficients along the axis.
  let coefficients: Int
  /// The first of the four coefficients, and the four weights, of each position.
  let first: [Int]
  let weights: [SIMD4<Float>]

  /// Computes the weights of the uniform cubic B-splines at positions from 0 to 1 over all spans.
  init(at places: [Double], spans: Int) {
    coefficients = spans + 3
    var (first, weights): ([Int], [SIMD4<Float>]) = ([], [])
    for place in places {
      let position = place * Double(spans)
      let span = min(Int(position), spans - 1)
      first.append(span)
      weights.append(SIMD4<Float>(CubicBSpline.weights(at: position - Double(span))))
    }
    (self.first, self.weights) = (first, weights)
  }

  /// Computes the matrix from the coefficients of a spline to those of the same spline with twice the spans: weights
  /// (1 6 1)/8 at an old coefficient, and (1 1)/2 between two.
  init(refining spans: Int) {
    coefficients = spans + 3
    var (first, weights): ([Int], [SIMD4<Float>]) = ([], [])
    for fine in 0..<2 * spans + 3 {
      var row: SIMD4<Float> = fine % 2 == 1 ? [0.125, 0.75, 0.125, 0] : [0.5, 0.5, 0, 0]
      var start = fine % 2 == 1 ? (fine - 1) / 2 : fine / 2
      while start + 3 >= spans + 3 {
        row = [0, row.x, row.y, row.z]
        start -= 1
      }
      first.append(start)
      weights.append(row)
    }
    (self.first, self.weights) = (first, weights)
  }

  private init(coefficients: Int, first: [Int], weights: [SIMD4<Float>]) {
    (self.coefficients, self.first, self.weights) = (coefficients, first, weights)
  }

  /// Returns the matrix with transformed weights.
  func mapWeights(_ body: (SIMD4<Float>) -> SIMD4<Float>) -> SplineRows {
    SplineRows(coefficients: coefficients, first: first, weights: weights.map(body))
  }

  /// Returns the product of the matrix with one axis of an array, from coefficients to positions: out[o, n, i] = Σ_t
  /// weights[n][t] · values[o, first[n] + t, i], with i in 0..<inner fastest and o in 0..<outer slowest.
  func spread(_ values: [Float], inner: Int, outer: Int) -> [Float] {
    let places = first.count
    return values.withUnsafeBufferPointer { values in
      [Float](unsafeUninitializedCapacity: outer * places * inner) { output, filled in
        ParallelLoop.forEach(over: inner, size: Self.chunk) { range in
          for o in 0..<outer {
            for place in 0..<places {
              let weight = weights[place]
              let (a, b, c, d) = (weight.x, weight.y, weight.z, weight.w)
              let from = (o * coefficients + first[place]) * inner
              let (second, third, fourth) = (from + inner, from + 2 * inner, from + 3 * inner)
              let to = (o * places + place) * inner
              for i in range {
                let near = a * values[from &+ i] + b * values[second &+ i]
                let far = c * values[third &+ i] + d * values[fourth &+ i]
                output[to &+ i] = near + far
              }
            }
          }
        }
        filled = outer * places * inner
      }
    }
  }

  /// Returns the product of the transposed matrix with one axis of an array, from positions to coefficients:
  /// out[o, first[n] + t, i] += weights[n][t] · values[o, n, i].
  func collect(_ values: [Float], inner: Int, outer: Int) -> [Float] {
    let places = first.count
    return values.withUnsafeBufferPointer { values in
      [Float](unsafeUninitializedCapacity: outer * coefficients * inner) { output, filled in
        output.initialize(repeating: 0)
        ParallelLoop.forEach(over: inner, size: Self.chunk) { range in
          for o in 0..<outer {
            for place in 0..<places {
              let weight = weights[place]
              let (a, b, c, d) = (weight.x, weight.y, weight.z, weight.w)
              let from = (o * places + place) * inner
              let to = (o * coefficients + first[place]) * inner
              let (second, third, fourth) = (to + inner, to + 2 * inner, to + 3 * inner)
              for i in range {
                let value = values[from &+ i]
                output[to &+ i] += a * value
                output[second &+ i] += b * value
                output[third &+ i] += c * value
                output[fourth &+ i] += d * value
              }
            }
          }
        }
        filled = outer * coefficients * inner
      }
    }
  }

  /// The number of elements of the fastest axes per range. All coefficients of such a range fit into the cache.
  private static let chunk = 1 << 10
}
