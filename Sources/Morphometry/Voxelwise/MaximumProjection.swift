import Statistics

/// The value of the largest absolute size along each line of voxels: one view of a glass brain.
public struct MaximumProjection: Hashable, Sendable {
  /// The axis of the grid along which voxels are projected: 0, 1 or 2.
  public let axis: Int
  public let width, height: Int
  /// The other two axes of the grid, the lower one fastest.
  public let values: [Float]

  /// - Parameter map: one value for each voxel of the mask; other voxels count as 0.
  public init(_ map: [Float], in mask: VoxelMask, axis: Int) {
    precondition(
      map.count == mask.count && (0..<3).contains(axis), "a map of the mask, and one of three axes")
    let others = [0, 1, 2].filter { $0 != axis }
    let (width, height) = (mask.shape[others[0]], mask.shape[others[1]])
    var values = [Float](repeating: 0, count: width * height)
    for (number, value) in map.enumerated() {
      let voxel = mask.voxel(number)
      let place = voxel[others[0]] + width * voxel[others[1]]
      if abs(value) > abs(values[place]) { values[place] = value }
    }
    self.axis = axis
    self.width = width
    self.height = height
    self.values = values
  }
}
