import Imaging
import Numerics

/// Random mixtures of maps: weighted sums of the differences of a few maps from the mean map, with random weights that
/// vary smoothly in space.
///
/// The weights are normally distributed with unit variance, so that the covariance of the mixtures between two places
/// is that of the maps times a factor that decreases with distance. Covariances between distant places are mostly
/// sampling error if there are few maps (covariance localization; Houtekamer and Mitchell 2001, doi
/// 10.1175/1520-0493(2001)129<0123:ASEKFF>2.0.CO;2). Training on mixtures prevents overfitting.
package struct MapMixtures: Sendable {
  private let maps: [[Float]]
  private let shape: SIMD3<Int>
  /// Number of maps in a mixture.
  private let members: Int
  /// Distance in voxels of the control points of the weights; `nil` for spatially constant weights.
  private let spacing: Double?
  /// Share of mixtures; the rest are unchanged maps.
  private let share: Double

  /// Creates mixtures of maps.
  /// - Parameters:
  ///   - maps: at least one map as the difference from the mean, i fastest.
  ///   - shape: voxels of the maps along i, j, k.
  ///   - members: number of maps in a mixture.
  ///   - spacing: distance in voxels of the control points of the weights; `nil` for spatially constant weights.
  ///   - share: share of mixtures; the rest are unchanged maps.
  package init(_ maps: [[Float]], shape: SIMD3<Int>, members: Int, spacing: Double?, share: Double = 1) {
    precondition(!maps.isEmpty && members > 0, "needed at least one map")
    self.maps = maps
    self.shape = shape
    self.members = min(members, maps.count)
    self.spacing = spacing
    self.share = share
  }

  /// Draws a mixture or a map, with the variance of the maps.
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

  /// Cubic B-spline weights have a mean sum of squares of 0.479 along one axis; this factor compensates for three axes.
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

/// Random mixtures of two maps and their classes, each interpolated with the same random weight (mixup; Zhang et al.
/// 2018, arXiv 1710.09412). They prevent overfitting and make the network's output linear between examples.
///
/// Both classes are drawn with equal probability, however rare one is.
package struct ClassMixtures: Sendable {
  private let maps: [[Float]]
  /// Indices of the maps of class 0 and of class 1.
  private let members: [[Int]]

  /// Creates mixtures of classified maps.
  /// - Parameters:
  ///   - maps: the maps.
  ///   - target: 0 or 1 for each map; both must be present.
  package init(_ maps: [[Float]], target: [Double]) {
    self.maps = maps
    members = [0.0, 1].map { label in target.indices.filter { target[$0] == label } }
    precondition(members.allSatisfy { !$0.isEmpty }, "needed maps of both classes")
  }

  /// Draws a mixture.
  /// - Parameter number: the example's index in its batch. The first map of even examples is of class 0, that of odd
  ///   ones of class 1.
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
