import Numerics

/// The data as they are, voxel by voxel, up to the end of the last slab.
package struct ObservedStatistics {
  package let values: [Float]
  /// The evidence that a rearrangement needs to count; more than there can be beyond the last voxel.
  package let limits: [Float]
  /// The residual sum of squares of the null model.
  package let squares: [Double]

  /// Voxels of all slabs.
  package var padded: Int { values.count }

  package init(_ observed: [Float], _ residuals: VoxelSlabs, _ side: TestedSide) {
    let rest = residuals.count * VoxelSlabs.width - observed.count
    values = observed + Array(repeating: 0, count: rest)
    limits =
      observed.map { value in
        let evidence = side.evidence(value)
        return evidence - PermutedModel.tie * max(1, abs(evidence))
      } + Array(repeating: .infinity, count: rest)
    squares = ParallelLoop.map(over: residuals.count, size: 1) { slab in
      var sums = [Double](repeating: 0, count: VoxelSlabs.width)
      residuals.withSlab(slab.lowerBound) { values in
        for place in values.indices {
          let value = Double(values[place])
          sums[place % VoxelSlabs.width] += value * value
        }
      }
      return sums
    }.flatMap { $0 }
  }
}
