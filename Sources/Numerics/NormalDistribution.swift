import Foundation

/// Normally distributed numbers of mean 0 and standard deviation 1, by the ziggurat method.
///
/// Marsaglia and Tsang (2000) with 128 layers, as revised by Doornik (2005): the layer and the abscissa come
/// from different bits. Nearly 99 of 100 numbers cost one draw, one table look-up and one product. The sum of
/// a few uniform numbers would be as quick, but has no tails; Box and Muller's logarithm, root and cosine
/// take several times as long.
package struct NormalDistribution: Sendable {
  /// Right edges of the layers, widest first; the last one is 0.
  private let edges: [Float]
  /// `edges[n + 1] / edges[n]`: within this share of its width a layer lies wholly under the curve.
  private let ratios: [Float]

  private static let layers = 128
  /// Where the tail begins, and the area of each layer; both follow from the number of layers.
  private static let tail = 3.442619855899
  private static let area = 9.91256303526217e-3

  /// The tables are made once and shared.
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

  /// One number.
  package func next(using generator: inout some RandomNumberGenerator) -> Float {
    while true {
      let bits = generator.next()
      let layer = Int(bits & UInt64(NormalDistribution.layers - 1))
      let u = Float(Int32(truncatingIfNeeded: bits >> 32)) * 0x1p-31
      if abs(u) < ratios[layer] { return u * edges[layer] }
      if layer == 0 { return NormalDistribution.tail(negative: u < 0, using: &generator) }
      let x = u * edges[layer]
      let outer = exp(-0.5 * (edges[layer] * edges[layer] - x * x))
      let inner = exp(-0.5 * (edges[layer + 1] * edges[layer + 1] - x * x))
      if inner + Float.random(in: 0..<1, using: &generator) * (outer - inner) < 1 { return x }
    }
  }

  /// A number beyond the widest layer's edge (Marsaglia 1964).
  private static func tail(negative: Bool, using generator: inout some RandomNumberGenerator) -> Float {
    while true {
      let x = log(Double.random(in: .leastNormalMagnitude..<1, using: &generator)) / tail
      let y = log(Double.random(in: .leastNormalMagnitude..<1, using: &generator))
      if -2 * y >= x * x { return Float(negative ? x - tail : tail - x) }
    }
  }
}
