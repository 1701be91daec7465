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
