/// What the distances between two surfaces come to; in mm, or a share from 0 to 1.
///
/// Where a mask is empty, as `EmptyMasks` says.
public struct SurfaceScores: Hashable, Codable, Sendable {
  /// The greatest distance: `SurfaceDistances.hausdorff`. One stray voxel decides it.
  public var hausdorff: Double?
  /// The same without the farthest 5 % of each side.
  public var hausdorff95: Double?
  /// `SurfaceDistances.average`.
  public var averageDistance: Double?
  /// `SurfaceDistances.surfaceDice` at `tolerance`.
  public var surfaceDice: Double?
  /// In mm.
  public var tolerance: Double

  /// - Parameters:
  ///   - tolerance: in mm, for the surface Dice.
  ///   - diagonal: of the grid in mm, what `EmptyMasks.penalize` gives as the distance from nothing.
  public init(
    _ distances: SurfaceDistances, tolerance: Double, empty: EmptyMasks = .perfect, diagonal: Double
  ) {
    self.tolerance = tolerance
    surfaceDice = distances.isEmpty ? empty.overlap : distances.surfaceDice(tolerance: tolerance)
    if distances.isEmpty || distances.isOneEmpty {
      hausdorff = distances.isEmpty ? empty.distance : empty.missing(diagonal: diagonal)
      hausdorff95 = hausdorff
      averageDistance = hausdorff
    } else {
      hausdorff = distances.hausdorff()
      hausdorff95 = distances.hausdorff(share: 0.95)
      averageDistance = distances.average
    }
  }
}
