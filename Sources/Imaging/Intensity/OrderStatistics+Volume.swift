import Numerics

extension OrderStatistics {
  /// Counts the voxels with a label above 0 or, without a mask, the voxels with a value above 0.
  /// - Precondition: The mask lies on the grid of the volume.
  init(of volume: Volume, mask: LabelMap?) {
    precondition(
      mask.map { $0.grid.shape == volume.grid.shape } ?? true, "the mask must lie on the grid of the volume")
    guard let mask else {
      self.init(of: volume.voxels.filter { $0 > 0 })
      return
    }
    self.init(of: zip(volume.voxels, mask.labels).compactMap { $1 > 0 ? $0 : nil })
  }
}
