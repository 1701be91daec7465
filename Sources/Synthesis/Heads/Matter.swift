import Imaging

/// What a structure of a head looks like in a scan: structures of one matter share their intensities.
///
/// Finer than `Tissue`, because the thalamus is not as dark as the cortex, and coarser than labels, because
/// left looks like right.
public enum Matter: UInt8, CaseIterable, Codable, Sendable {
  case air
  // Fluid.
  case fluid, plexus
  // Gray.
  case cortex, cerebellarCortex, hippocampus, caudate, putamen, thalamus, pallidum
  // White.
  case whiteMatter, cerebellarWhite, brainStem, mixedFibres, lesion
  // Around the brain.
  case fat, muscle, softTissue, skin, bone, marrow, dura, vessel, eye, mucosa
  /// Cortex where two banks of a sulcus meet, and a film of fluid that is thinner than a voxel lies between.
  case fold
  /// Cortex that touches fluid.
  case rim
  /// Fluid that touches the cortex.
  case film
  /// Dura mater in what a map calls fluid.
  case membrane

  /// The matter of a label, from its tissue and the words of its name; what no word tells is the tissue's most
  /// common matter.
  public init(label: UInt16, name: String, tissue: Tissue) {
    let name = name.lowercased()
    let words: [(String, Matter)]
    let otherwise: Matter
    switch tissue {
    case .csf: (words, otherwise) = ([("plexus", .plexus)], .fluid)
    case .grayMatter: (words, otherwise) = (Matter.grayWords, .cortex)
    case .whiteMatter: (words, otherwise) = (Matter.whiteWords, .whiteMatter)
    case .background: (words, otherwise) = (Matter.otherWords, label == 0 ? .air : .softTissue)
    }
    self = words.first { name.contains($0.0) }?.1 ?? otherwise
  }

  /// Which part of the gray matter has this matter; `nil` where none has. A map that knows but one gray matter calls all
  /// of it cortex.
  var part: GrayMatterPart? {
    switch self {
    case .cortex, .rim, .fold: .cortical
    case .cerebellarCortex: .cerebellar
    case .hippocampus, .caudate, .putamen, .thalamus, .pallidum: .subcortical
    default: nil
    }
  }

  private static let grayWords: [(String, Matter)] = [
    ("cerebell", .cerebellarCortex), ("thalamus", .thalamus), ("pallid", .pallidum), ("nigra", .pallidum),
    ("caudate", .caudate), ("putamen", .putamen), ("accumbens", .putamen), ("hippocamp", .hippocampus),
    ("amygdala", .hippocampus),
  ]

  private static let whiteWords: [(String, Matter)] = [
    ("cerebell", .cerebellarWhite), ("stem", .brainStem), ("ventraldc", .mixedFibres),
    ("chiasm", .mixedFibres), ("lesion", .lesion), ("hypointens", .lesion),
  ]

  /// The first word that a name holds decides: fat around the eyes is fat, muscle and skin is skin.
  private static let otherWords: [(String, Matter)] = [
    ("background", .air), ("unknown", .air), ("fat", .fat), ("skin", .skin), ("muscle", .muscle),
    ("marrow", .marrow), ("cancellous", .marrow), ("bone", .bone), ("skull", .bone), ("dura", .dura),
    ("vessel", .vessel), ("arter", .vessel), ("vein", .vessel), ("eye", .eye), ("mucosa", .mucosa),
    ("spinal cord", .brainStem), ("optic nerve", .brainStem),
  ]
}
