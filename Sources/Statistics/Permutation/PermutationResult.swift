/// The largest statistics over the brain under one rearrangement.
public struct PermutationMaximum: Hashable, Codable, Sendable {
  /// The number of the rearrangement; 0 is the data as they are.
  public var number: Int
  /// The largest statistic in the tested direction: of |t|, of t, of −t, or of F.
  public var statistic: Double
  public var tfce: Double
  /// Voxels of the largest cluster.
  public var clusterSize: Int
  /// The greatest sum over a cluster of what is above the cluster-forming threshold.
  public var clusterMass: Double
}

/// What rearrangements of some numbers gave.
public struct PermutationResult: Hashable, Sendable {
  /// By ascending number.
  public var maxima: [PermutationMaximum]
  /// For each voxel, how many of the rearrangements had a statistic as large as the observed one.
  public var counts: [Int32]

  /// The results of all parts of a plan as one.
  /// - Throws: `StatisticsError.missingShards`.
  public static func joined(_ parts: [PermutationResult], plan: PermutationPlan) throws(StatisticsError)
    -> PermutationResult
  {
    let maxima = parts.flatMap(\.maxima).sorted { $0.number < $1.number }
    guard maxima.map(\.number) == Array(0..<plan.count), let first = parts.first else {
      throw .missingShards(found: parts.indices.map { $0 + 1 }, count: parts.count)
    }
    let counts = parts.dropFirst().reduce(into: first.counts) { sum, part in
      for voxel in sum.indices { sum[voxel] += part.counts[voxel] }
    }
    return PermutationResult(maxima: maxima, counts: counts)
  }
}
