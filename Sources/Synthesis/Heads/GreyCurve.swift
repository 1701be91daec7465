import Foundation

/// Gamma and intensity scaling of an image in one table: scanner's values in, the network's input out.
///
/// 4096 intervals between 0 and `brightest`, linear between; values below 0 or above count as the ends.
package struct GreyCurve: Sendable {
  private let table: [Float]
  private let steps: Float

  static let intervals = 4096

  /// Gamma is between 0 and `brightest`, which both stay; then `slope * v + offset`, cut to `range`.
  package init(brightest: Float, gamma: Float, slope: Float, offset: Float, range: ClosedRange<Float>?) {
    steps = brightest > 0 ? Float(Self.intervals) / brightest : 0
    table = (0...Self.intervals + 1).map { n in
      let share = min(Float(n) / Float(Self.intervals), 1)
      let value = slope * brightest * (gamma == 1 ? share : pow(share, gamma)) + offset
      return range.map { min(max(value, $0.lowerBound), $0.upperBound) } ?? value
    }
  }

  package func apply(to image: inout [Float]) {
    table.withUnsafeBufferPointer { table in
      image.withUnsafeMutableBufferPointer { image in
        for n in 0..<image.count {
          let place = min(max(image[n] * steps, 0), Float(Self.intervals))
          let step = Int(Int32(place))
          image[n] = table[step] + (table[step + 1] - table[step]) * (place - Float(step))
        }
      }
    }
  }
}
