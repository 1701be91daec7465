/// What a voxel of a head is made of, as far as grisea tells it apart.
///
/// Raw values are the labels that grisea writes, those of BIDS' derivatives specification (`dseg`).
public enum Tissue: UInt16, Codable, CaseIterable, Sendable {
  case background = 0
  case grayMatter = 1
  case whiteMatter = 2
  /// Cerebrospinal fluid.
  case csf = 3

  /// `background`, `GM`, `WM` or `CSF`: as in file names, tables and label TSVs.
  public var name: String {
    switch self {
    case .background: "background"
    case .grayMatter: "GM"
    case .whiteMatter: "WM"
    case .csf: "CSF"
    }
  }

  /// The tissue of a name, in any case; `BG` and `0` also mean background; `nil` for any other word.
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
