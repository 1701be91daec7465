/// Threshold-free cluster enhancement (Smith and Nichols 2009, doi 10.1016/j.neuroimage.2008.03.061), exactly.
///
/// The value of a voxel of height t is the integral of `e(h)^E · h^H` over h from 0 to t, where e(h) is the number of
/// voxels of the cluster at threshold h that holds the voxel. e(h) changes only at heights of voxels, so each piece of
/// the integral has a closed form and no step size is needed (Chen, Weeda, Nichols and Goeman 2026, arXiv 2603.03004).
/// Negative values are enhanced by themselves and keep their sign.
public struct TFCE: Hashable, Codable, Sendable {
  /// E, the exponent of the extent.
  public var extentPower: Double
  /// H, the exponent of the height.
  public var heightPower: Double
  public var neighborhood: Neighborhood

  public init(extentPower: Double = 0.5, heightPower: Double = 2, neighborhood: Neighborhood = .corners) {
    self.extentPower = extentPower
    self.heightPower = heightPower
    self.neighborhood = neighborhood
  }

  /// The enhanced map.
  /// - Parameter map: one value for each voxel of the mask. NaN counts as 0.
  public func enhanced(_ map: [Float], in mask: VoxelMask) -> [Float] {
    precondition(map.count == mask.count, "one value for each voxel of the mask")
    var result = [Float](repeating: 0, count: map.count)
    let workspace = ClusterWorkspace(mask: mask, tfce: self)
    map.withUnsafeBufferPointer { map in
      result.withUnsafeMutableBufferPointer { result in
        for sign: Float in [1, -1] { workspace.enhance(map, sign: sign, into: result) }
      }
    }
    return result
  }

  /// The largest enhanced value among positive and among negative voxels (without sign), which takes no map.
  public func maxima(_ map: [Float], in mask: VoxelMask) -> (positive: Double, negative: Double) {
    precondition(map.count == mask.count, "one value for each voxel of the mask")
    let workspace = ClusterWorkspace(mask: mask, tfce: self)
    return map.withUnsafeBufferPointer { map in
      (workspace.maxima(map, sign: 1).tfce, workspace.maxima(map, sign: -1).tfce)
    }
  }
}
