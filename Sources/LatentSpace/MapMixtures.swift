import Imaging
import Numerics

/// Maps that never were: the differences of a few people from the mean map, added up with random weights that change
/// smoothly from place to place.
///
/// Weights are normal with unit variance, so that the covariance of the mixtures between two places is that of the
/// maps times a factor that falls with their distance: what few maps say about places far from each other is mostly
/// chance (localisation of covariances; Houtekamer and Mitchell 2001, doi
/// 10.1175/1520-0493(2001)129<0123:ASEKFF>2.0.CO;2). A network that sees mixtures cannot learn the maps by heart.
package struct MapMixtures: Sendable {
  private let maps: [[Float]]
  private let shape: SIMD3<Int>
  /// Maps in a mixture.
  private let members: Int
  /// Voxels between the control points of the weights; `nil` for weights that are the same everywhere.
  private let spacing: Double?
  /// Of what is drawn; the rest are maps as they are.
  private let share: Double

  /// - Parameters:
  ///   - maps: differences from their mean, i fastest; at least one.
  ///   - members: maps in a mixture.
  ///   - spacing: voxels between the control points of the weights; `nil` for weights that are the same everywhere.
  ///   - share: of what is drawn that is mixed; the rest are maps as they are.
  package init(_ maps: [[Float]], shape: SIMD3<Int>, members: Int, spacing: Double?, share: Double = 1) {
    precondition(!maps.isEmpty && members > 0, "a mixture is one of maps")
    self.maps = maps
    self.shape = shape
    self.members = min(members, maps.count)
    self.spacing = spacing
    self.share = share
  }

  /// A mixture or a map, with the variance of the maps.
  package func next(using generator: inout some RandomNumberGenerator) -> [Float] {
    if Double.random(in: 0..<1, using: &generator) >= share {
      return maps[Int.random(in: maps.indices, using: &generator)]
    }
    var sum = [Float](repeating: 0, count: maps[0].count)
    let chosen = maps.indices.shuffled(using: &generator).prefix(members)
    let share = 1 / Float(members).squareRoot()
    for index in chosen {
      guard let spacing else {
        let weight = share * NormalDistribution.standard.next(using: &generator)
        for i in sum.indices { sum[i] += weight * maps[index][i] }
        continue
      }
      let field = SplineField(covering: shape, spacing: SIMD3(repeating: spacing)) {
        share * Self.gain * NormalDistribution.standard.next(using: &generator)
      }
      add(maps[index], weighted: field, to: &sum)
    }
    return sum
  }

  /// Cubic B-spline weights over one axis have a sum of squares of 0.479 in the mean; this undoes it for three.
  private static let gain: Float = 3.013

  private func add(_ map: [Float], weighted field: SplineField, to sum: inout [Float]) {
    var row = SplineRow(field)
    for k in 0..<shape.z {
      for j in 0..<shape.y {
        row.move(toRow: j, slab: k)
        let start = shape.x * (j + shape.y * k)
        for i in 0..<shape.x { sum[start + i] += row.values[i] * map[start + i] }
      }
    }
  }
}

/// Examples that never were, between two maps: both are mixed with a random weight, and so is what they are to be told
/// apart by (mixup; Zhang et al. 2018, arXiv 1710.09412). A network that sees these cannot learn few maps by heart, and
/// is led to answer linearly between them.
///
/// One class is drawn as often as the other, however rare one is.
package struct ClassMixtures: Sendable {
  private let maps: [[Float]]
  /// Numbers of the maps of class 0 and 1.
  private let members: [[Int]]

  /// - Parameter target: 0 or 1 for each map, both of them present.
  package init(_ maps: [[Float]], target: [Double]) {
    self.maps = maps
    members = [0.0, 1].map { label in target.indices.filter { target[$0] == label } }
    precondition(members.allSatisfy { !$0.isEmpty }, "there are two classes")
  }

  /// - Parameter number: of the example in its batch: even ones begin with class 0, odd ones with class 1.
  package func next(
    number: Int, using generator: inout some RandomNumberGenerator
  ) -> (map: [Float], target: Float) {
    let (first, second) = (number % 2, Int.random(in: 0...1, using: &generator))
    let one = maps[members[first][Int.random(in: 0..<members[first].count, using: &generator)]]
    let other = maps[members[second][Int.random(in: 0..<members[second].count, using: &generator)]]
    let weight = Float.random(in: 0...1, using: &generator)
    let map = zip(one, other).map { weight * $0 + (1 - weight) * $1 }
    return (map, weight * Float(first) + (1 - weight) * Float(second))
  }
}
