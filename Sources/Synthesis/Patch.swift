/// A box of voxels with their labels, cut from a labelled image.
public struct Patch: Sendable, Equatable {
  /// Numbers of voxels along i, j, k.
  public var size: SIMD3<Int>
  /// Intensities, i fastest: [D, H, W] with W along i.
  public var image: [Float]
  /// Labels in the same order.
  public var labels: [UInt8]

  public init(size: SIMD3<Int>, image: [Float], labels: [UInt8]) {
    let count = size.x * size.y * size.z
    precondition(
      image.count == count && labels.count == count, "a patch has one value and one label per voxel")
    self.size = size
    self.image = image
    self.labels = labels
  }
}
