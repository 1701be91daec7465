import Statistics

/// What scores and their statistics depend on, beside the masks; written with them.
public struct ScoreSettings: Hashable, Codable, Sendable {
  /// In mm, of the surface Dice.
  public var tolerance: Double
  public var empty: EmptyMasks
  public var resampling: Resampling

  public init(
    tolerance: Double = 1, empty: EmptyMasks = .perfect, resampling: Resampling = Resampling()
  ) {
    self.tolerance = tolerance
    self.empty = empty
    self.resampling = resampling
  }

  private enum CodingKeys: String, CodingKey {
    case tolerance = "surface_dice_tolerance_mm"
    case empty = "empty_masks"
    case resampling
  }
}
