import Imaging

/// The mean of heads that are warped onto a template, added one after the other.
public struct TemplateMean: Sendable {
  private let grid: Grid
  private let centre: StationaryVelocityField
  private let last: Diffeomorphism?
  private var gray, white: [Double]
  private var count = 0

  /// - Parameters:
  ///   - centre: the mean of all heads' velocities, which each head goes without.
  ///   - last: a map from the template to a standard space that follows.
  public init(grid: Grid, centre: StationaryVelocityField, last: Diffeomorphism? = nil) {
    self.grid = grid
    self.centre = centre
    self.last = last
    gray = Array(repeating: 0, count: grid.count)
    white = gray
  }

  /// Each map is interpolated once, from its own voxels.
  public mutating func add(_ head: TissueMaps, at placement: HeadPlacement) {
    let flow = (placement.velocity + -centre).exponential(on: grid)
    let sampling = HeadSampling(
      of: head.grid, through: placement.affine, after: last.map { flow.composed(after: $0) } ?? flow)
    Self.add(sampling.linear(head.gray.voxels), to: &gray)
    Self.add(sampling.linear(head.white.voxels), to: &white)
    count += 1
  }

  /// `nil` before the first head.
  public var maps: TissueMaps? {
    guard count > 0 else { return nil }
    func mean(_ sum: [Double]) -> Volume {
      Volume(grid: grid, voxels: sum.map { Float(min(max($0 / Double(count), 0), 1)) })
    }
    return TissueMaps(gray: mean(gray), white: mean(white))
  }

  private static func add(_ map: [Float], to sum: inout [Double]) {
    for index in sum.indices { sum[index] += Double(map[index]) }
  }
}
