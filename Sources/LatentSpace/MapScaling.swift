/// How a map becomes a network's input: its difference from the mean map, over the root mean square of all
/// differences.
public struct MapScaling: Hashable, Sendable {
  public let mean: [Float]
  public let scale: Float

  init(mean: [Float], scale: Float) {
    self.mean = mean
    self.scale = scale
  }

  /// - Parameter maps: at least one.
  init(_ maps: [[Float]]) {
    precondition(!maps.isEmpty, "a mean is one of maps")
    var sums = [Double](repeating: 0, count: maps[0].count)
    for map in maps { for i in sums.indices { sums[i] += Double(map[i]) } }
    let mean = sums.map { Float($0 / Double(maps.count)) }
    var squares = 0.0
    for map in maps { for i in mean.indices { squares += Double((map[i] - mean[i]) * (map[i] - mean[i])) } }
    self.mean = mean
    scale = max(Float((squares / Double(maps.count * mean.count)).squareRoot()), .leastNormalMagnitude)
  }

  func callAsFunction(_ map: [Float]) -> [Float] { zip(map, mean).map { ($0 - $1) / scale } }
}
