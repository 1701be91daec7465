import Imaging
import Numerics

/// How well a head lies on a template, in numbers that are looked at before statistics.
public struct NormalizationQuality: Hashable, Codable, Sendable {
  /// Dice of gray matter, above one half, of the template and of the normalised head.
  public var grayDice: Double
  /// The least Jacobian determinant of the diffeomorphism inside the template's brain, by central differences of the
  /// displacement; 0 or below where it folds.
  public var leastDeterminant: Double
  /// Voxels inside the template's brain where it folds.
  public var foldedVoxels: Int
  /// Standard deviation of the log of the determinant inside the template's brain: how much was deformed.
  public var deformation: Double
  /// Gray matter of the modulated map over gray matter of the head: 1 where none is lost.
  public var massRatio: Double

  /// - Parameters:
  ///   - head: the head's own maps.
  ///   - template: on the normalisation's grid.
  public init(_ normalization: ScanNormalization, of head: TissueMaps, on template: TissueMaps) {
    self.init(
      normalization, of: head, warped: normalization.normalized(head.gray), on: template)
  }

  /// - Parameter warped: the head's gray matter in the template's space, not modulated.
  package init(
    _ normalization: ScanNormalization, of head: TissueMaps, warped: Volume, on template: TissueMaps
  ) {
    let modulated = normalization.modulated(warped, .all)
    grayDice = Self.dice(warped.voxels, template.gray.voxels)
    let determinants = normalization.forward.finiteDifferenceDeterminant.voxels
    let logs = normalization.forward.logDeterminant.voxels
    var (least, folded) = (Float.infinity, 0)
    var (count, sum, squares) = (0.0, 0.0, 0.0)
    for index in determinants.indices
    where template.gray.voxels[index] + template.white.voxels[index] > Self.tissueLimit {
      least = min(least, determinants[index])
      folded += determinants[index] > 0 ? 0 : 1
      let value = Double(logs[index])
      (count, sum, squares) = (count + 1, sum + value, squares + value * value)
    }
    let mean = count > 0 ? sum / count : 0
    leastDeterminant = count > 0 ? Double(least) : 1
    foldedVoxels = folded
    deformation = count > 0 ? max(0, squares / count - mean * mean).squareRoot() : 0
    let own = Self.volume(of: head.gray)
    massRatio = own > 0 ? Self.volume(of: modulated) / own : 0
  }

  /// A voxel belongs to a tissue from this probability on.
  package static let tissueLimit: Float = 0.5

  private static func dice(_ a: [Float], _ b: [Float]) -> Double {
    MaskOverlap(a, b, above: tissueLimit).dice ?? 0
  }

  /// In mm³.
  private static func volume(of map: Volume) -> Double {
    map.voxels.reduce(0.0) { $0 + Double($1) } * map.grid.voxelVolume
  }
}
