import Imaging

/// A tissue class with its own intensities: all structures of a class have the same intensity distribution.
///
/// The classes are finer than `Tissue`, because the thalamus is brighter than the cortex, and coarser than labels,
/// because left and right have the same intensities.
public enum TissueClass: UInt8, CaseIterable, Codable, Sendable {
  case air
  // Fluid.
  case fluid, plexus
  // Gray matter.
  case cortex, cerebellarCortex, hippocampus, caudate, putamen, thalamus, pallidum
  // White matter.
  case whiteMatter, cerebellarWhite, brainStem, mixedFibres, lesion
  // Outside the brain.
  case fat, muscle, softTissue, skin, bone, marrow, dura, vessel, eye, mucosa
  /// Cortex where two banks of a sulcus meet with a film of fluid between them that is thinner than a voxel.
  case fold
  /// Cortex next to fluid.
  case rim
  /// Fluid next to cortex.
  case film
  /// Dura mater in what a label map labels as fluid.
  case membrane

  /// Determines the class of a label from its tissue and the words of its name; without a known word it is the most
  /// common class of the tissue.
  public init(label: UInt16, name: String, tissue: Tissue) {
    let name = name.lowercased()
    let words: [(String, TissueClass)]
    let otherwise: TissueClass
    switch tissue {
    case .csf: (words, otherwise) = ([("plexus", .plexus)], .fluid)
    case .grayMatter: (words, otherwise) = (TissueClass.grayWords, .cortex)
    case .whiteMatter: (words, otherwise) = (TissueClass.whiteWords, .whiteMatter)
    case .background: (words, otherwise) = (TissueClass.otherWords, label == 0 ? .air : .softTissue)
    }
    self = words.first { name.contains($0.0) }?.1 ?? otherwise
  }

  /// The part of the gray matter with this class; `nil` for other tissues. Label maps with a single gray matter label
  /// count all of it as cortex.
  var part: GrayMatterPart? {
    switch self {
    case .cortex, .rim, .fold: .cortical
    case .cerebellarCortex: .cerebellar
    case .hippocampus, .caudate, .putamen, .thalamus, .pallidum: .subcortical
    default: nil
    }
  }

  private static let grayWords: [(String, TissueClass)] = [
    ("cerebell", .cerebellarCortex), ("thalamus", .thalamus), ("pallid", .pallidum), ("nigra", .pallidum),
    ("caudate", .caudate), ("putamen", .putamen), ("accumbens", .putamen), ("hippocamp", .hippocampus),
    ("amygdala", .hippocampus),
  ]

  private static let whiteWords: [(String, TissueClass)] = [
    ("cerebell", .cerebellarWhite), ("stem", .brainStem), ("ventraldc", .mixedFibres),
    ("chiasm", .mixedFibres), ("lesion", .lesion), ("hypointens", .lesion),
  ]

  /// The first matching word determines the class: fat around the eyes is fat, muscle and skin is skin.
  private static let otherWords: [(String, TissueClass)] = [
    ("background", .air), ("unknown", .air), ("fat", .fat), ("skin", .skin), ("muscle", .muscle),
    ("marrow", .marrow), ("cancellous", .marrow), ("bone", .bone), ("skull", .bone), ("dura", .dura),
    ("vessel", .vessel), ("arter", .vessel), ("vein", .vessel), ("eye", .eye), ("mucosa", .mucosa),
    ("spinal cord", .brainStem), ("optic nerve", .brainStem),
  ]
}
