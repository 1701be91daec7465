import Imaging

/// Maps of many scans in a common space, voxel upon voxel.
public struct MapSet: Sendable {
  public let grid: Grid
  /// `sub-01_ses-2`, in the order of the paths.
  public let subjects: [Subject]
  /// Of each scan, i fastest.
  public let values: [[Float]]

  /// - Parameter grid: where the maps must lie; by default where the first does.
  /// - Throws: `NIfTIError`, `LatentError`.
  public init(_ paths: [String], grid: Grid? = nil) throws {
    guard !paths.isEmpty else { throw LatentError.noMaps }
    var (own, values) = (grid, [[Float]]())
    for path in paths {
      let volume = try NIfTIImage(contentsOf: path).volume
      let needed = own ?? volume.grid
      guard volume.grid.matches(needed) else {
        throw LatentError.otherGrid(path: path, found: volume.grid.shape, needed: needed.shape)
      }
      own = needed
      values.append(volume.voxels)
    }
    self.grid = own ?? Grid(shape: .one, affine: .identity)
    self.values = values
    subjects = paths.map { ScanName(path: $0).subject }
  }

  init(grid: Grid, subjects: [Subject], values: [[Float]]) {
    self.grid = grid
    self.subjects = subjects
    self.values = values
  }

  /// Some of the scans.
  func scans(at indices: [Int]) -> MapSet {
    MapSet(grid: grid, subjects: indices.map { subjects[$0] }, values: indices.map { values[$0] })
  }
}
