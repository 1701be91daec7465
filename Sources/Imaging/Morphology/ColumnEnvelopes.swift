/// Lower envelopes of parabolas along the columns of an array, some columns at a time.
///
/// f(p) becomes min over q of f(q) + step² (p − q)². A parabola rests on each finite f(q); two of them meet once, so
/// that a stack of those seen from below, each with the place from which on it is the lowest, grows and shrinks from
/// one end while the column is walked.
struct ColumnEnvelopes {
  /// Columns that are copied together: their floats fill a cache line.
  private static let lanes = 16

  private let length: Int
  private let square: Double
  /// 1 / (2 step² d) for the distance d of two feet, which spares the division in the inner loop.
  private let reciprocals: [Double]
  /// Column after column.
  private var block: [Float]
  private var stack: [Parabola]

  private struct Parabola {
    /// Where the parabola has its lowest point, and how high that lies.
    var foot: Int
    var height: Double
    /// height + step² foot².
    var lifted: Double
    /// Place from which on it is the lowest.
    var start: Double
  }

  /// - Parameter step: mm between the places of a column.
  init(length: Int, step: Double) {
    self.length = length
    square = step * step
    let square = square
    reciprocals = (0..<length).map { $0 == 0 ? 0 : 1 / (2 * square * Double($0)) }
    block = [Float](repeating: 0, count: length * Self.lanes)
    stack = [Parabola](
      repeating: Parabola(foot: 0, height: 0, lifted: 0, start: 0), count: length + 1)
  }

  /// Replaces `count` neighbouring columns, whose first begins at `start` and whose places are `stride` apart.
  mutating func transform(
    _ values: UnsafeMutableBufferPointer<Float>, from start: Int, count: Int, stride: Int
  ) {
    let length = length
    for first in Swift.stride(from: 0, to: count, by: Self.lanes) {
      let width = min(Self.lanes, count - first)
      block.withUnsafeMutableBufferPointer { block in
        for place in 0..<length {
          let source = start &+ place &* stride &+ first
          for lane in 0..<width { block[lane &* length &+ place] = values[source &+ lane] }
        }
      }
      for lane in 0..<width { transformColumn(lane * length) }
      block.withUnsafeBufferPointer { block in
        for place in 0..<length {
          let target = start &+ place &* stride &+ first
          for lane in 0..<width { values[target &+ lane] = block[lane &* length &+ place] }
        }
      }
    }
  }

  private mutating func transformColumn(_ start: Int) {
    let (length, square) = (length, square)
    block.withUnsafeMutableBufferPointer { block in
      let column = UnsafeMutableBufferPointer(rebasing: block[start..<start + length])
      stack.withUnsafeMutableBufferPointer { stack in
        reciprocals.withUnsafeBufferPointer { reciprocals in
          let count = Self.collect(column, square, reciprocals, stack)
          // Without a finite value the column stays infinite.
          guard count > 0 else { return }
          stack[count].start = .infinity
          var current = 0
          for place in 0..<length {
            while stack[current &+ 1].start < Double(place) { current &+= 1 }
            let steps = Double(place &- stack[current].foot)
            column[place] = Float(steps * steps * square + stack[current].height)
          }
        }
      }
    }
  }

  /// Fills the stack with the parabolas that are seen from below, and returns their number.
  @inline(__always)
  private static func collect(
    _ column: UnsafeMutableBufferPointer<Float>, _ square: Double,
    _ reciprocals: UnsafeBufferPointer<Double>, _ stack: UnsafeMutableBufferPointer<Parabola>
  ) -> Int {
    var count = 0
    for place in 0..<column.count where column[place] < .infinity {
      let height = Double(column[place])
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
