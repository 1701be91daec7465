import Statistics

/// Each cluster's mean map value of each scan, adjusted for the null model: what a scatter plot shows.
public struct AdjustedMeans: Hashable, Sendable {
  /// The tested regressor of each scan, adjusted too; `nil` for F.
  public let regressor: [Double]?
  /// [cluster][scan]: residual of the null model, moved so that its mean over scans is that of the maps.
  public let clusters: [[Double]]

  /// - Parameter residuals: of the null model.
  package init(_ clusters: [VoxelCluster], model: VoxelwiseModel, residuals: VoxelSlabs, fit: VoxelwiseFit) {
    regressor =
      model.contrast.isT ? model.partition.tested[0].map { $0 / model.partition.effectScale } : nil
    let scans = residuals.scans
    var sums = [[Double]](repeating: [Double](repeating: 0, count: scans), count: clusters.count)
    // The place of each voxel among the clusters, slab by slab.
    var members = [[(voxel: Int, cluster: Int)]](repeating: [], count: residuals.count)
    for (index, cluster) in clusters.enumerated() {
      for voxel in cluster.voxels {
        members[voxel / VoxelSlabs.width].append((voxel % VoxelSlabs.width, index))
      }
    }
    for slab in members.indices where !members[slab].isEmpty {
      residuals.withSlab(slab) { values in
        for member in members[slab] {
          for scan in 0..<scans {
            sums[member.cluster][scan] += Double(values[scan * VoxelSlabs.width + member.voxel])
          }
        }
      }
    }
    // A null model without an intercept leaves the mean in the residuals.
    self.clusters = zip(clusters, sums).map { cluster, sums in
      let size = Double(cluster.size)
      let mean = cluster.voxels.reduce(0) { $0 + Double(fit.mean[$1]) } / size
      let left = sums.reduce(0, +) / size / Double(scans)
      return sums.map { $0 / size + mean - left }
    }
  }
}
