/// The lower envelope of parabolas along one column of an array, computed in linear time.
///
/// A parabola f(q) + step² (p − q)² starts at each finite f(q). Two of them intersect once. The parabolas visible from
/// below, each with the place from which on it is the lowest, form a stack that grows and shrinks at one end as the
/// column is traversed (Felzenszwalb and Huttenlocher 2012).
struct ColumnEnvelope {
  private let length: Int
  private let square: Double
  /// The factors 1 / (2 step² d) for the distance d of two vertices, which avoid a division in the inner loop.
  private let reciprocals: [Double]
  private var stack: [Parabola]

  private struct Parabola {
    /// The place and the height of the vertex.
    var foot: Int
    var height: Double
    /// The sum height + step² foot².
    var lifted: Double
    /// The place from which on the parabola is the lowest.
    var start: Double
  }

  /// Prepares the envelope of columns.
  /// - Parameters:
  ///   - length: The number of places of a column.
  ///   - step: The distance in mm between two places.
  init(length: Int, step: Double) {
    let square = step * step
    self.length = length
    self.square = square
    reciprocals = (0..<length).map { $0 == 0 ? 0 : 1 / (2 * square * Double($0)) }
    stack = [Parabola](repeating: Parabola(foot: 0, height: 0, lifted: 0, start: 0), count: length + 1)
  }

  /// Writes the envelope of `f` to the column that starts at `start` with the given stride.
  mutating func transform(
    _ values: UnsafeMutableBufferPointer<Float>, from start: Int, stride: Int, of f: (Int) -> Float
  ) {
    let (length, square) = (length, square)
    stack.withUnsafeMutableBufferPointer { stack in
      let count = reciprocals.withUnsafeBufferPointer { Self.fill(stack, length, square, $0, f) }
      stack[count].start = .infinity
      var current = 0
      for place in 0..<length {
        guard count > 0 else {
          values[start + place * stride] = .infinity
          continue
        }
        while stack[current &+ 1].start < Double(place) { current &+= 1 }
        let steps = Double(place &- stack[current].foot)
        values[start + place * stride] = Float(steps * steps * square + stack[current].height)
      }
    }
  }

  /// Fills the stack with the parabolas that are visible from below, and returns their number.
  @inline(__always)
  private static func fill(
    _ stack: UnsafeMutableBufferPointer<Parabola>, _ length: Int, _ square: Double,
    _ reciprocals: UnsafeBufferPointer<Double>, _ f: (Int) -> Float
  ) -> Int {
    var count = 0
    for place in 0..<length {
      let height = Double(f(place))
      guard height < .infinity else { continue }
      let lifted = height + square * Double(place &* place)
      var start = -Double.infinity
      while count > 0 {
        let last = stack[count &- 1]
        start = (lifted - last.lifted) * reciprocals[place &- last.foot]
        // The first parabola starts at -∞ and is never left.
        if start > last.start { break }
        count &-= 1
      }
      stack[count] = Parabola(foot: place, height: height, lifted: lifted, start: start)
      count &+= 1
    }
    return count
  }
}
