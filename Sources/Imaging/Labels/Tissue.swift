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
