import Imaging

/// Makes an atlas of label maps of many heads, which have been brought into a template's space: each voxel gets the
/// label that most heads have there, counted in a small neighbourhood.
public struct AtlasVote: Sendable {
  private let grid: Grid
  private let codes: [UInt16]
  /// Votes for each code, and for none of them at the end.
  private var votes: [[UInt8]]

  /// Standard deviation in voxels of the neighbourhood in which votes count.
  package static let neighbourhood = 0.6

  public init(grid: Grid, codes: [UInt16]) {
    self.grid = grid
    self.codes = codes
    votes = Array(repeating: Array(repeating: 0, count: grid.count), count: codes.count + 1)
  }

  /// - Parameter sign: 1 to add a head, -1 to take one away again. At most 255 heads.
  public mutating func add(_ labels: LabelMap, sign: Int = 1) {
    precondition(labels.grid == grid, "heads that vote are in the template's space")
    let places = Dictionary(uniqueKeysWithValues: codes.enumerated().map { ($1, $0) })
    var place = [Int](repeating: codes.count, count: Int(UInt16.max) + 1)
    for (code, index) in places { place[Int(code)] = index }
    for index in labels.labels.indices {
      let candidate = place[Int(labels.labels[index])]
      votes[candidate][index] = UInt8(clamping: Int(votes[candidate][index]) + sign)
    }
  }

  public var winner: LabelMap {
    var result = LabelMap(grid: grid)
    var most = [Float](repeating: 0, count: grid.count)
    let sigma = SIMD3(repeating: Self.neighbourhood)
    for (candidate, count) in votes.enumerated() {
      let smooth = Volume(grid: grid, voxels: count.map(Float.init)).smoothed(sigma: sigma)
      let code = candidate < codes.count ? codes[candidate] : 0
      for index in most.indices where smooth.voxels[index] > most[index] {
        (most[index], result.labels[index]) = (smooth.voxels[index], code)
      }
    }
    return result
  }
}
