/// Scalar voxels on a grid: an image, a probability map.
public struct Volume: Sendable, Equatable {
  public var grid: Grid
  /// Values with i fastest, then j, then k: `voxels[grid.offset(i, j, k)]`.
  public var voxels: [Float]

  public init(grid: Grid, voxels: [Float]) {
    precondition(voxels.count == grid.count, "a volume has one value for each voxel of its grid")
    self.grid = grid
    self.voxels = voxels
  }

  public init(grid: Grid, repeating value: Float = 0) {
    self.init(grid: grid, voxels: Array(repeating: value, count: grid.count))
  }

  public subscript(i: Int, j: Int, k: Int) -> Float {
    get { voxels[grid.offset(i, j, k)] }
    set { voxels[grid.offset(i, j, k)] = newValue }
  }
}
