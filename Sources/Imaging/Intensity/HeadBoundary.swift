import Foundation
import Numerics

/// The boundary between a head and air of noise, decided voxel by voxel.
///
/// `NoisyAir` smooths its evidence, which displaces the boundary by up to a voxel, and a rim of bright noise around a
/// brain without skull is taken for fluid. Here a Markov random field decides, by iterated conditional modes (Besag
/// 1986, "On the statistical analysis of dirty pictures", doi 10.1111/j.2517-6161.1986.tb01412.x): a voxel belongs to
/// the head if its value, and its value together with that of each of its six neighbours, are more probable in the head
/// than in the air. Neighbours are similar in the head and independent in the air, so that a voxel of noise that is as
/// bright as gray matter is recognized by its dark neighbours in the head.
struct HeadBoundary {
  /// The number of voxels on either side of the first estimate within which the boundary lies.
  private static let width = 3
  /// The number of times that all voxels near the boundary are decided. Later ones change a few voxels in a million.
  private static let iterations = 5
  /// The log likelihood ratio that each neighbour of the same class adds.
  private static let cohesion: Float = 1.4
  /// The limit of the evidence of one pair. The pairs of a voxel are not independent of each other.
  private static let mostEvidence: Float = 1.5

  private let grid: Grid
  /// The bin of each voxel's value.
  private let bins: [UInt8]

  /// Prepares the decision for voxels whose values are in bins.
  init(grid: Grid, bins: [UInt8]) {
    self.grid = grid
    self.bins = bins
  }

  /// Returns the head with its boundary decided.
  func refined(_ head: LabelMap) -> LabelMap {
    let wide = head.dilated(Self.width)
    let core = head.eroded(Self.width)
    let inside = PairDistribution(pairs(in: head.labels.map { $0 > 0 }))
    let outside = PairDistribution(pairs(in: wide.labels.map { $0 == 0 }))
    let band = head.labels.indices.filter { wide.labels[$0] > 0 && core.labels[$0] == 0 }
    var result = head
    for _ in 0..<Self.iterations {
      let labels = result.labels
      let decided = ParallelLoop.map(over: band.count, size: 1 << 14) { range in
        band[range].map { isHead($0, labels, inside, outside) }
      }
      for (index, isIn) in zip(band, decided.joined()) { result.labels[index] = isIn ? 1 : 0 }
    }
    return result.largestComponent().holesFilled()
  }

  /// Decides one voxel from the labels of its neighbours.
  private func isHead(
    _ index: Int, _ labels: [UInt16], _ inside: PairDistribution, _ outside: PairDistribution
  ) -> Bool {
    let bin = Int(bins[index])
    var evidence = inside.single[bin] - outside.single[bin]
    forEachNeighbour(of: index) { neighbour in
      let isIn = labels[neighbour] > 0
      let dependence = (isIn ? inside : outside).dependence(bin, Int(bins[neighbour]))
      let limited = min(max(dependence, -Self.mostEvidence), Self.mostEvidence) + Self.cohesion
      evidence += isIn ? limited : -limited
    }
    return evidence > 0
  }

  /// Calls `body` with the index of each of the up to six neighbours of a voxel.
  private func forEachNeighbour(of index: Int, _ body: (Int) -> Void) {
    let shape = grid.shape
    let (x, rest) = (index % shape.x, index / shape.x)
    let (y, z) = (rest % shape.y, rest / shape.y)
    if x > 0 { body(index - 1) }
    if x < shape.x - 1 { body(index + 1) }
    if y > 0 { body(index - shape.x) }
    if y < shape.y - 1 { body(index + shape.x) }
    if z > 0 { body(index - shape.x * shape.y) }
    if z < shape.z - 1 { body(index + shape.x * shape.y) }
  }

  /// Returns the numbers of pairs of neighbours by their two bins, over the pairs whose voxels both belong to a class.
  private func pairs(in isMember: [Bool]) -> [Int] {
    let shape = grid.shape
    let parts = ParallelLoop.map(over: shape.z, size: 8) { slices in
      var counts = [Int](repeating: 0, count: NoisyAir.bins * NoisyAir.bins)
      for k in slices {
        for j in 0..<shape.y {
          for i in 0..<shape.x {
            let index = grid.offset(i, j, k)
            guard isMember[index] else { continue }
            let row = Int(bins[index]) * NoisyAir.bins
            func count(_ next: Int) { if isMember[next] { counts[row + Int(bins[next])] += 1 } }
            if i < shape.x - 1 { count(index + 1) }
            if j < shape.y - 1 { count(index + shape.x) }
            if k < shape.z - 1 { count(index + shape.x * shape.y) }
          }
        }
      }
      return counts
    }
    return parts.dropFirst().reduce(into: parts.first ?? []) { sum, part in
      for index in sum.indices { sum[index] += part[index] }
    }
  }
}

/// The distribution of the values of two neighbours of one class.
private struct PairDistribution {
  /// The logarithm of the probability of each bin.
  let single: [Float]
  /// The logarithm of the probability of two bins, divided by the product of the probabilities of each.
  private let dependence: [Float]

  /// A pair that was never counted has the probability of a tenth of one that was counted once.
  private static let unseen = 0.1

  /// Estimates the distribution from the numbers of pairs by bin. The order within a pair has no meaning.
  init(_ counts: [Int]) {
    let width = NoisyAir.bins
    var joint = counts.indices.map { index in
      Double(counts[index] + counts[index % width * width + index / width]) + Self.unseen
    }
    let total = joint.reduce(0, +)
    for index in joint.indices { joint[index] /= total }
    let single = (0..<width).map { joint[$0 * width..<($0 + 1) * width].reduce(0, +) }
    dependence = joint.indices.map { Float(log(joint[$0] / (single[$0 / width] * single[$0 % width]))) }
    self.single = single.map { Float(log($0)) }
  }

  /// Returns the dependence of two bins: above 0 if they are neighbours more often than independent values would be.
  func dependence(_ first: Int, _ second: Int) -> Float { dependence[first * NoisyAir.bins + second] }
}
