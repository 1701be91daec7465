/// A tissue class of a voxel of a head.
///
/// The raw values are the labels in grisea's output, which are those of the BIDS derivatives specification (`dseg`).
public enum Tissue: UInt16, Codable, CaseIterable, Sendable {
  /// Everything that is not brain tissue or CSF.
  case background = 0
  /// Gray matter.
  case grayMatter = 1
  /// White matter.
  case whiteMatter = 2
  /// Cerebrospinal fluid.
  case csf = 3

  /// The name in file names, tables and label TSVs: `background`, `GM`, `WM` or `CSF`.
  public var name: String {
    switch self {
    case .background: "background"
    case .grayMatter: "GM"
    case .whiteMatter: "WM"
    case .csf: "CSF"
    }
  }

  /// Makes the tissue with a name in any case. `BG` and `0` also mean background. Returns `nil` for any other text.
  public init?(name: String) {
    switch name.lowercased() {
    case "background", "bg", "0": self = .background
    case "gm", "gray matter", "grey matter": self = .grayMatter
    case "wm", "white matter": self = .whiteMatter
    case "csf", "cerebrospinal fluid": self = .csf
    default: return nil
    }
  }
}

/// A part of the gray matter as divided by FreeSurfer's totals: `CortexVol`, `SubCortGrayVol` and the cerebellar
/// cortex.
///
/// The raw values are the labels in grisea's output. The first two are those of the common tissues of BIDS (`dseg`).
/// The list of BIDS ends with 11, the cerebellum including its white matter, so that 12 is grisea's own.
public enum GrayMatterPart: UInt16, Codable, CaseIterable, Sendable {
  /// The cerebral cortex.
  case cortical = 8
  /// Thalamus, basal ganglia, hippocampus and amygdala.
  case subcortical = 9
  /// The cerebellar cortex.
  case cerebellar = 12

  /// The name in tables, for example `cortical_GM`.
  public var name: String { "\(self)_GM" }
}

/// The meaning of a label, or of an output channel of a network: a tissue, or one part of the gray matter.
public struct OutputLabel: Hashable, Codable, Sendable {
  /// The name in tables and file names.
  public var name: String
  /// The tissue.
  public var tissue: Tissue
  /// The part of the gray matter, or `nil` if the label represents its entire tissue.
  public var part: GrayMatterPart?
  /// The structure of the brain, or `nil` if the label represents its entire tissue or part.
  public var structure: BrainStructure?

  /// Makes a label from its parts.
  public init(name: String, tissue: Tissue, part: GrayMatterPart? = nil, structure: BrainStructure? = nil) {
    self.name = name
    self.tissue = tissue
    self.part = part
    self.structure = structure
  }

  /// The value in label maps: FreeSurfer's of a structure, and that of BIDS of a tissue or part.
  public var value: UInt16 { structure?.rawValue ?? part?.rawValue ?? tissue.rawValue }

  /// The labels background, GM, WM and CSF.
  public static let tissues = Tissue.allCases.map { OutputLabel(name: $0.name, tissue: $0) }

  /// The labels background, the parts of GM, WM and CSF.
  public static let parts = tissues.flatMap { label in
    guard label.tissue == .grayMatter else { return [label] }
    return GrayMatterPart.allCases.map { OutputLabel(name: $0.name, tissue: .grayMatter, part: $0) }
  }

  /// The labels background and all structures, in ascending order of their values.
  public static let structures =
    [OutputLabel(name: Tissue.background.name, tissue: .background)]
    + BrainStructure.allCases.map {
      OutputLabel(name: $0.name, tissue: $0.tissue, part: $0.part, structure: $0)
    }

  /// Returns, for each label of a list, the index of the label of the other side.
  public static func mirrored(_ labels: [OutputLabel]) -> [UInt8] {
    labels.indices.map { index in
      let other = labels[index].structure?.mirrored
      return UInt8(labels.firstIndex { $0.structure == other && other != nil } ?? index)
    }
  }

  /// Returns `parts`, or `tissues` where `parts` is false.
  public static func labels(parts: Bool) -> [OutputLabel] { parts ? Self.parts : tissues }
}
