import Imaging

/// The correlation of each map with the mean of the others, which is low for a map that does not fit in: CAT12 shows the
/// same as "sample homogeneity".
///
/// Maps are read one after the other, twice: once for the sums of `add`, and once for each `correlation`.
public struct Homogeneity: Sendable {
  private var sum: [Double]
  private var count = 0
  private let grid: Grid

  public init(grid: Grid) {
    self.grid = grid
    sum = Array(repeating: 0, count: grid.count)
  }

  public mutating func add(_ map: Volume) {
    precondition(map.grid == grid, "maps that are compared have one grid")
    for index in sum.indices { sum[index] += Double(map.voxels[index]) }
    count += 1
  }

  /// Of a map that was added, with the mean of all others over the voxels where any map is above 0; `nil` where there is
  /// no other map, or no difference between voxels.
  public func correlation(of map: Volume) -> Double? {
    precondition(map.grid == grid, "maps that are compared have one grid")
    guard count > 1 else { return nil }
    var n = 0.0
    var (x, y, xx, yy, xy) = (0.0, 0.0, 0.0, 0.0, 0.0)
    for index in sum.indices where sum[index] > 0 {
      let (a, b) = (Double(map.voxels[index]), (sum[index] - Double(map.voxels[index])) / Double(count - 1))
      n += 1
      x += a
      y += b
      xx += a * a
      yy += b * b
      xy += a * b
    }
    let (varianceX, varianceY) = (n * xx - x * x, n * yy - y * y)
    guard varianceX > 0, varianceY > 0 else { return nil }
    return (n * xy - x * y) / (varianceX * varianceY).squareRoot()
  }
}
