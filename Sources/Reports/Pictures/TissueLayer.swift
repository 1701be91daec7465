import Imaging

/// A tissue that pictures show: its label, and its color. The colors can be distinguished with all types of color vision.
public struct TissueLayer: Hashable, Sendable {
  /// Name of the tissue.
  public let name: String
  /// Label of the tissue's voxels.
  public let label: UInt16
  /// Red, green and blue of outline and filling.
  public let colour: SIMD3<UInt8>

  /// Gray matter, white matter and cerebrospinal fluid.
  public static let all = [
    TissueLayer(name: "GM", label: Tissue.grayMatter.rawValue, colour: [255, 120, 0]),
    TissueLayer(name: "WM", label: Tissue.whiteMatter.rawValue, colour: [0, 205, 140]),
    TissueLayer(name: "CSF", label: Tissue.csf.rawValue, colour: [86, 180, 255]),
  ]

  /// Gray matter alone: what pictures show by default.
  public static let grayMatter = [all[0]]
}
