import Statistics

/// p-values of one analysis, one for each voxel of the mask.
public struct PValues: Hashable, Sendable {
  /// Family-wise by the largest statistic over the brain.
  public var voxel: [Double]
  /// Family-wise by the largest TFCE value over the brain.
  public var tfce: [Double]
  /// Family-wise by the size and by the mass of clusters; 1 outside clusters.
  public var clusterSize, clusterMass: [Double]
  /// Without correction, from the same permutations.
  public var uncorrected: [Double]
  /// False discovery rate of Benjamini and Hochberg (1995).
  public var falseDiscoveryRate: [Double]

  /// The share of values that are at least as large, of which the observed one is one.
  package static func shares(_ values: [Double], null: [Double]) -> [Double] {
    let sorted = null.sorted()
    return values.map { value in
      let limit = value - Double(PermutedModel.tie) * max(1, abs(value))
      var (low, high) = (0, sorted.count)
      while low < high {
        let middle = (low + high) / 2
        if sorted[middle] < limit { low = middle + 1 } else { high = middle }
      }
      return Double(sorted.count - low) / Double(sorted.count)
    }
  }

  /// The smallest false discovery rate at which each p would be significant.
  package static func falseDiscoveryRates(_ probabilities: [Double]) -> [Double] {
    let order = probabilities.indices.sorted {
      (probabilities[$0], $0) > (probabilities[$1], $1)
    }
    var (rates, least) = (probabilities, 1.0)
    for (place, index) in order.enumerated() {
      least = min(
        least, probabilities[index] * Double(probabilities.count) / Double(probabilities.count - place))
      rates[index] = least
    }
    return rates
  }
}
