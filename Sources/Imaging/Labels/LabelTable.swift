/// A table of the tissue that each label of a map represents.
///
/// Five tables are built in (`bids`, `freesurfer`, `brainweb`, `ibsr`, `fsl`). Any other table is read from a TSV. A
/// label that a table does not list is an error and not background, because a map that is read with the wrong table
/// would otherwise be used for training or evaluation without a message.
public struct LabelTable: Codable, Hashable, Sendable {
  /// A range of consecutive labels of one tissue.
  public struct Entry: Codable, Hashable, Sendable {
    /// The first and the last label, which are equal for a single label.
    public var first, last: UInt16
    /// The name of the structure in the source, for example `Left-Hippocampus`.
    public var name: String
    /// The tissue of all labels of the range.
    public var tissue: Tissue

    /// Makes an entry for a range of labels.
    /// - Precondition: `first <= last`.
    public init(_ first: UInt16, through last: UInt16, _ name: String, _ tissue: Tissue) {
      precondition(first <= last, "a range of labels must not end before its first")
      self.first = first
      self.last = last
      self.name = name
      self.tissue = tissue
    }

    /// Makes an entry for one label.
    public init(_ label: UInt16, _ name: String, _ tissue: Tissue) {
      self.init(label, through: label, name, tissue)
    }
  }

  /// The name of a built-in table, or the path of the TSV as given by the user.
  public var name: String
  /// The entries in any order. If two entries contain the same label, the later one applies.
  public var entries: [Entry]

  /// Makes a table from its entries.
  public init(name: String, entries: [Entry]) {
    self.name = name
    self.entries = entries
  }

  /// Returns the tissue of a label, or `nil` if the table does not list the label.
  public func tissue(of label: UInt16) -> Tissue? {
    entries.last { $0.first <= label && label <= $0.last }?.tissue
  }

  /// Returns the map with each label replaced by the label of its tissue, on the same grid.
  /// - Parameters:
  ///   - map: The label map.
  ///   - path: The path of the map's file as given by the user, for error messages.
  /// - Throws: `LabelTableError.unknownLabels` with all labels that the table does not list.
  public func tissues(of map: LabelMap, from path: String = "label map") throws(LabelTableError) -> LabelMap {
    let lookup = tissueByLabel()
    var tissues = [UInt16](repeating: 0, count: map.labels.count)
    let known = translate(map.labels, into: &tissues, by: lookup)
    guard known else {
      throw .unknownLabels(
        path: path, counts: counts(of: map.labels) { lookup[$0] == Self.unlisted }, table: name)
    }
    return LabelMap(grid: map.grid, labels: tissues)
  }

  /// The mark of a label without a tissue in the lookup array. No tissue has this value.
  private static let unlisted = UInt16.max

  /// Returns the tissue of each of the 65,536 possible labels, so that each voxel needs a single look-up.
  private func tissueByLabel() -> [UInt16] {
    var lookup = [UInt16](repeating: Self.unlisted, count: Int(UInt16.max) + 1)
    for entry in entries {
      for label in entry.first...entry.last { lookup[Int(label)] = entry.tissue.rawValue }
    }
    return lookup
  }

  /// Writes the tissues of labels. Returns false if any label is not listed.
  private func translate(_ labels: [UInt16], into tissues: inout [UInt16], by lookup: [UInt16]) -> Bool {
    var greatest: UInt16 = 0
    let labels = labels.span
    let lookup = lookup.span
    var tissues = tissues.mutableSpan
    for index in labels.indices {
      let tissue = lookup[Int(labels[index])]
      greatest = max(greatest, tissue)
      tissues[index] = tissue
    }
    return greatest != Self.unlisted
  }

  /// Returns the number of voxels of each label that fulfils a condition.
  private func counts(of labels: [UInt16], where isWanted: (Int) -> Bool) -> [UInt16: Int] {
    let counts = LabelMap.counts(of: labels)
    let wanted = counts.indices.filter { counts[$0] > 0 && isWanted($0) }
    return Dictionary(uniqueKeysWithValues: wanted.map { (UInt16($0), counts[$0]) })
  }
}
