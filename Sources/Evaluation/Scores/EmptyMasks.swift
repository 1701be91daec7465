/// What a score is where a mask has no voxel, and its formula no answer.
///
/// | masks | `perfect` | `omit` | `penalize` |
/// | --- | --- | --- | --- |
/// | both empty: Dice and its kin | 1 | no value | 1 |
/// | both empty: distances | 0 mm | no value | 0 mm |
/// | one empty: Dice and its kin | 0 | 0 | 0 |
/// | one empty: distances | no value | no value | the diagonal of the grid |
///
/// Dice's kin are Jaccard, volume similarity, surface Dice, soft Dice and kappa. Scores without a value do not enter
/// a mean. The BraTS challenges penalize, MONAI omits; `perfect` is the choice of Metrics Reloaded for overlap
/// (Maier-Hein et al. 2024, Nature Methods 21:195).
public enum EmptyMasks: String, CaseIterable, Codable, Sendable {
  case perfect
  case omit
  case penalize

  /// Dice and its kin of two empty masks.
  var overlap: Double? { self == .omit ? nil : 1 }

  /// A distance between the surfaces of two empty masks, in mm.
  var distance: Double? { self == .omit ? nil : 0 }

  /// A distance between a surface and none at all, in a grid of this diagonal in mm.
  func missing(diagonal: Double) -> Double? { self == .penalize ? diagonal : nil }
}
