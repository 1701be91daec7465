/// A scalar image on a grid, for example a scan or a probability map.
public struct Volume: Sendable, Equatable {
  /// The grid of the voxels.
  public var grid: Grid
  /// The values with i fastest, then j, then k: `voxels[grid.offset(i, j, k)]`.
  public var voxels: [Float]

  /// Makes a volume from one value for each voxel of the grid.
  public init(grid: Grid, voxels: [Float]) {
    precondition(voxels.count == grid.count, "a volume needs one value for each voxel of its grid")
    self.grid = grid
    self.voxels = voxels
  }

  /// Makes a volume with one value everywhere.
  public init(grid: Grid, repeating value: Float = 0) {
    self.init(grid: grid, voxels: Array(repeating: value, count: grid.count))
  }

  /// The value of voxel (i, j, k).
  public subscript(i: Int, j: Int, k: Int) -> Float {
    get { voxels[grid.offset(i, j, k)] }
    set { voxels[grid.offset(i, j, k)] = newValue }
  }
}
