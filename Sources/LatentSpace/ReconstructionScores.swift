import Imaging

/// How like maps are to what comes back from a latent space: means over scans.
public struct ReconstructionScores: Hashable, Codable, Sendable {
  public var scans: Int
  /// Over the voxels of the box, of probabilities.
  public var meanSquaredError: Double
  /// The share of the differences from the mean map that comes back, 1 - Σ(x - x̂)² / Σ(x - x̄)²: the mean map itself
  /// has 0.
  public var explained: Double
  /// Of voxels above 0.5.
  public var dice: Double

  /// - Parameter maps: at least one.
  package init(_ maps: [[Float]], model: LatentModel, threads: Int?) throws {
    precondition(!maps.isEmpty, "scores are means over maps")
    let found = try model.decode(try model.encode(maps, threads: threads), threads: threads)
    var (errors, spread, dice) = (0.0, 0.0, 0.0)
    for (map, other) in zip(maps, found) {
      var (both, either) = (0, 0)
      for i in map.indices {
        errors += Double((map[i] - other.voxels[i]) * (map[i] - other.voxels[i]))
        spread += Double((map[i] - model.scaling.mean[i]) * (map[i] - model.scaling.mean[i]))
        let (a, b) = (map[i] > 0.5, other.voxels[i] > 0.5)
        if a && b { both += 1 }
        either += (a ? 1 : 0) + (b ? 1 : 0)
      }
      dice += either > 0 ? Double(2 * both) / Double(either) : 1
    }
    scans = maps.count
    meanSquaredError = errors / Double(maps.count * model.grid.count)
    explained = spread > 0 ? 1 - errors / spread : 0
    self.dice = dice / Double(maps.count)
  }
}
