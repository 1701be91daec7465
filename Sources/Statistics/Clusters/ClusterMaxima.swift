/// The largest statistics of one sign of a map.
package struct ClusterMaxima: Hashable, Sendable {
  package var tfce = 0.0
  /// Voxels of the largest cluster above the cluster-forming threshold.
  package var size = 0
  /// The greatest sum over a cluster of what is above the threshold (Bullmore et al. 1999, doi 10.1109/42.750253).
  package var mass = 0.0

  package init(tfce: Double = 0, size: Int = 0, mass: Double = 0) {
    self.tfce = tfce
    self.size = size
    self.mass = mass
  }

  /// The larger of each.
  package func union(_ other: ClusterMaxima) -> ClusterMaxima {
    ClusterMaxima(
      tfce: max(tfce, other.tfce), size: max(size, other.size), mass: max(mass, other.mass))
  }
}
