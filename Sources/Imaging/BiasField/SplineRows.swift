import Numerics

/// Four neighbouring coefficients and their weights for each of many places along one axis: a banded matrix,
/// and what it does to one axis of an array of three.
struct SplineRows {
  /// Number of coefficients along the axis.
  let coefficients: Int
  /// Of each place: the first of its four coefficients, and their weights.
  let first: [Int]
  let weights: [SIMD4<Float>]

  /// Values of the four uniform cubic B-splines that reach a place, for places from 0 to 1 over all spans.
  init(at places: [Double], spans: Int) {
    coefficients = spans + 3
    var (first, weights): ([Int], [SIMD4<Float>]) = ([], [])
    for place in places {
      let position = place * Double(spans)
      let span = min(Int(position), spans - 1)
      let u = position - Double(span)
      let v = 1 - u
      let values: SIMD4<Double> = [
        v * v * v, 3 * u * u * u - 6 * u * u + 4, 3 * v * v * v - 6 * v * v + 4, u * u * u,
      ]
      first.append(span)
      weights.append(SIMD4<Float>(values / 6))
    }
    (self.first, self.weights) = (first, weights)
  }

  /// The coefficients of twice as many spans, from those of `spans`: (1 6 1)/8 at old places of a
  /// coefficient, (1 1)/2 between two, which repeats the same spline exactly.
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

  func mapWeights(_ body: (SIMD4<Float>) -> SIMD4<Float>) -> SplineRows {
    SplineRows(coefficients: coefficients, first: first, weights: weights.map(body))
  }

  /// From coefficients to places: out[o, n, i] = Σ weights[n][t] · values[o, first[n] + t, i], with i of
  /// `inner` running fastest and o of `outer` slowest.
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

  /// The transpose, from places to coefficients: out[o, first[n] + t, i] += weights[n][t] · values[o, n, i].
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

  /// Elements of the fastest axes in one task: all coefficients of so many stay in the cache.
  private static let chunk = 1 << 10
}
