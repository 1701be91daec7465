import Numerics

/// A map of integer labels on a grid: tissue classes, FreeSurfer structures or a binary mask.
public struct LabelMap: Sendable, Equatable {
  /// The grid of the labels.
  public var grid: Grid
  /// The labels with i fastest, then j, then k: `labels[grid.offset(i, j, k)]`.
  public var labels: [UInt16]

  /// Makes a label map from one label for each voxel of the grid.
  public init(grid: Grid, labels: [UInt16]) {
    precondition(labels.count == grid.count, "a label map needs one label for each voxel of its grid")
    self.grid = grid
    self.labels = labels
  }

  /// Makes a label map with one label everywhere.
  public init(grid: Grid, repeating label: UInt16 = 0) {
    self.init(grid: grid, labels: Array(repeating: label, count: grid.count))
  }

  /// The label of voxel (i, j, k).
  public subscript(i: Int, j: Int, k: Int) -> UInt16 {
    get { labels[grid.offset(i, j, k)] }
    set { labels[grid.offset(i, j, k)] = newValue }
  }
}

extension LabelMap {
  /// Returns the number of voxels of each possible label.
  package static func counts(of labels: [UInt16]) -> [Int] {
    let size = Int(UInt16.max) + 1
    let parts = labels.withUnsafeBufferPointer { labels in
      ParallelLoop.map(over: labels.count, size: 1 << 21) { range in
        var counts = [Int](repeating: 0, count: size)
        for label in labels.extracting(range) { counts[Int(label)] += 1 }
        return counts
      }
    }
    return parts.reduce([Int](repeating: 0, count: size)) { zip($0, $1).map(+) }
  }
}
