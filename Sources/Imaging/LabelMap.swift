/// Whole-number labels on a grid: tissues, FreeSurfer structures, a binary mask.
public struct LabelMap: Sendable, Equatable {
  public var grid: Grid
  /// Labels with i fastest, then j, then k: `labels[grid.offset(i, j, k)]`.
  public var labels: [UInt16]

  public init(grid: Grid, labels: [UInt16]) {
    precondition(labels.count == grid.count, "a label map has one label for each voxel of its grid")
    self.grid = grid
    self.labels = labels
  }

  public init(grid: Grid, repeating label: UInt16 = 0) {
    self.init(grid: grid, labels: Array(repeating: label, count: grid.count))
  }

  public subscript(i: Int, j: Int, k: Int) -> UInt16 {
    get { labels[grid.offset(i, j, k)] }
    set { labels[grid.offset(i, j, k)] = newValue }
  }
}
