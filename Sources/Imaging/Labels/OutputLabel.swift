/// The meaning of a label, or of a channel of a network's output: a tissue, or one part of the gray matter.
public struct OutputLabel: Hashable, Codable, Sendable {
  public var name: String
  public var tissue: Tissue
  /// The part of the gray matter, or `nil` where the label stands for all of its tissue.
  public var part: GrayMatterPart?

  public init(name: String, tissue: Tissue, part: GrayMatterPart? = nil) {
    self.name = name
    self.tissue = tissue
    self.part = part
  }

  /// The value in label maps, as BIDS defines it.
  public var value: UInt16 { part?.rawValue ?? tissue.rawValue }

  /// Background, GM, WM, CSF.
  public static let tissues = Tissue.allCases.map { OutputLabel(name: $0.name, tissue: $0) }

  /// Background, the parts of GM, WM, CSF.
  public static let parts = tissues.flatMap { label in
    guard label.tissue == .grayMatter else { return [label] }
    return GrayMatterPart.allCases.map { OutputLabel(name: $0.name, tissue: .grayMatter, part: $0) }
  }

  /// Returns `parts`, or `tissues` where `parts` is false.
  public static func labels(parts: Bool) -> [OutputLabel] { parts ? Self.parts : tissues }
}
