import Foundation

/// A generator of normally distributed numbers with mean 0 and standard deviation 1: the ziggurat method.
///
/// The method is that of Marsaglia and Tsang (2000) with 128 layers, as revised by Doornik (2005): the layer and the
/// abscissa are taken from different bits. In nearly 99 of 100 cases a number costs one draw, one table look-up and one
/// product. The sum of a few uniform numbers has a similar cost, but no tails. The method of Box and Muller needs a
/// logarithm, a root and a cosine, and takes several times as long.
package struct NormalDistribution: Sendable {
  /// The right edges of the layers, from the widest to the narrowest. The last one is 0.
  @usableFromInline
  internal let edges: [Float]
  /// The ratios `edges[n + 1] / edges[n]`: up to this share of its width, a layer lies entirely under the curve.
  @usableFromInline
  internal let ratios: [Float]

  /// The number of layers. It is computed, because other modules would access a stored property by a call.
  @inlinable
  internal static var layers: Int { 128 }
  /// The start of the tail, and the area of each layer. Both follow from the number of layers.
  private static let tail = 3.442619855899
  private static let area = 9.91256303526217e-3

  /// The shared generator. It has no state besides its tables.
  package static let standard = NormalDistribution()

  private init() {
    func density(_ x: Double) -> Double { exp(-0.5 * x * x) }
    let tail = NormalDistribution.tail
    let area = NormalDistribution.area
    var edges = [area / density(tail), tail]
    for _ in 2..<NormalDistribution.layers {
      let last = edges[edges.count - 1]
      edges.append((-2 * log(area / last + density(last))).squareRoot())
    }
    edges.append(0)
    self.edges = edges.map(Float.init)
    ratios = zip(edges.dropFirst(), edges).map { Float($0 / $1) }
  }

  /// Returns one normally distributed number.
  @inlinable
  package func next(using generator: inout some RandomNumberGenerator) -> Float {
    while true {
      let bits = generator.next()
      let layer = Int(bits & UInt64(NormalDistribution.layers - 1))
      let u = Float(Int32(truncatingIfNeeded: bits >> 32)) * 0x1p-31
      if abs(u) < ratios[layer] { return u * edges[layer] }
      if layer == 0 { return NormalDistribution.tailNumber(negative: u < 0, using: &generator) }
      let x = u * edges[layer]
      let outer = exp(-0.5 * (edges[layer] * edges[layer] - x * x))
      let inner = exp(-0.5 * (edges[layer + 1] * edges[layer + 1] - x * x))
      if inner + Float.random(in: 0..<1, using: &generator) * (outer - inner) < 1 { return x }
    }
  }

  /// Returns a number beyond the edge of the widest layer (Marsaglia 1964).
  @usableFromInline
  internal static func tailNumber(negative: Bool, using generator: inout some RandomNumberGenerator) -> Float
  {
    while true {
      let x = log(Double.random(in: .leastNormalMagnitude..<1, using: &generator)) / tail
      let y = log(Double.random(in: .leastNormalMagnitude..<1, using: &generator))
      if -2 * y >= x * x { return Float(negative ? x - tail : tail - x) }
    }
  }
}
