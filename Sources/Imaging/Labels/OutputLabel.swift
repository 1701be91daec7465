/// The meaning of a label, or of an output channel of a network: a tissue, or one part of the gray matter.
public struct OutputLabel: Hashable, Codable, Sendable {
  /// The name in tables and file names.
  public var name: String
  /// The tissue.
  public var tissue: Tissue
  /// The part of the gray matter, or `nil` if the label represents its entire tissue.
  public var part: GrayMatterPart?

  /// Makes a label from its parts.
  public init(name: String, tissue: Tissue, part: GrayMatterPart? = nil) {
    self.name = name
    self.tissue = tissue
    self.part = part
  }

  /// The value in label maps as defined by BIDS.
  public var value: UInt16 { part?.rawValue ?? tissue.rawValue }

  /// The labels background, GM, WM and CSF.
  public static let tissues = Tissue.allCases.map { OutputLabel(name: $0.name, tissue: $0) }

  /// The labels background, the parts of GM, WM and CSF.
  public static let parts = tissues.flatMap { label in
    guard label.tissue == .grayMatter else { return [label] }
    return GrayMatterPart.allCases.map { OutputLabel(name: $0.name, tissue: .grayMatter, part: $0) }
  }

  /// Returns `parts`, or `tissues` where `parts` is false.
  public static func labels(parts: Bool) -> [OutputLabel] { parts ? Self.parts : tissues }
}
