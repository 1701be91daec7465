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
