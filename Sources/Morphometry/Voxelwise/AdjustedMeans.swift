import Statistics

/// Each cluster's mean map value of each scan, adjusted for the null model: what a scatter plot shows.
public struct AdjustedMeans: Hashable, Sendable {
  /// The tested regressor of each scan, adjusted too; `nil` for F.
  public let regressor: [Double]?
  /// [cluster][scan]: residual of the null model plus the cluster's mean over scans.
  public let clusters: [[Double]]

  /// - Parameter residuals: of the null model.
  package init(_ clusters: [VoxelCluster], model: VoxelwiseModel, residuals: VoxelSlabs, fit: VoxelwiseFit) {
    regressor =
      model.contrast.isT ? model.partition.tested[0].map { $0 / model.partition.effectScale } : nil
    let scans = residuals.scans
    var sums = clusters.map { cluster in
      let mean = cluster.voxels.reduce(0) { $0 + Double(fit.mean[$1]) }
      return [Double](repeating: mean, count: scans)
    }
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
    self.clusters = zip(clusters, sums).map { cluster, sums in sums.map { $0 / Double(cluster.size) } }
  }
}
