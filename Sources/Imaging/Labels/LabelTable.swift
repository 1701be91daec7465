/// Which tissue each label of a map stands for.
///
/// Five tables are built in (`bids`, `freesurfer`, `brainweb`, `ibsr`, `fsl`); any other is read from a TSV. A label
/// that a table does not list is an error, never silently background: a map read with the wrong table would
/// otherwise train or score without a word.
public struct LabelTable: Codable, Hashable, Sendable {
  /// A run of consecutive labels that are one tissue.
  public struct Entry: Codable, Hashable, Sendable {
    /// First and last label, both included; equal for a single label.
    public var first, last: UInt16
    /// What the source calls the structure, such as `Left-Hippocampus`.
    public var name: String
    public var tissue: Tissue

    /// - Precondition: `first <= last`.
    public init(_ first: UInt16, through last: UInt16, _ name: String, _ tissue: Tissue) {
      precondition(first <= last, "a run of labels ends at or after its first")
      self.first = first
      self.last = last
      self.name = name
      self.tissue = tissue
    }

    public init(_ label: UInt16, _ name: String, _ tissue: Tissue) {
      self.init(label, through: label, name, tissue)
    }
  }

  /// Name of a built-in table, or the path of the TSV as it was typed.
  public var name: String
  /// Labels in no particular order. Where two entries hold the same label, the later one is meant.
  public var entries: [Entry]

  public init(name: String, entries: [Entry]) {
    self.name = name
    self.entries = entries
  }

  /// The tissue of one label; `nil` where the table does not list it.
  public func tissue(of label: UInt16) -> Tissue? {
    entries.last { $0.first <= label && label <= $0.last }?.tissue
  }

  /// The same map with each label replaced by its tissue's, on the same grid.
  ///
  /// - Parameter path: the file the map came from, as the user typed it, for the error's words.
  /// - Throws: `LabelTableError.unknownLabels` with every label that the table does not list.
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

  /// Marks a label without a tissue in the lookup array; no tissue has this value.
  private static let unlisted = UInt16.max

  /// Tissue of each of the 65,536 possible labels: one read per voxel, whatever the number of entries.
  private func tissueByLabel() -> [UInt16] {
    var lookup = [UInt16](repeating: Self.unlisted, count: Int(UInt16.max) + 1)
    for entry in entries {
      for label in entry.first...entry.last { lookup[Int(label)] = entry.tissue.rawValue }
    }
    return lookup
  }

  /// Writes tissues; false if any label was not listed.
  private func translate(_ labels: [UInt16], into tissues: inout [UInt16], by lookup: [UInt16]) -> Bool {
    var greatest: UInt16 = 0
    labels.withUnsafeBufferPointer { labels in
      lookup.withUnsafeBufferPointer { lookup in
        tissues.withUnsafeMutableBufferPointer { tissues in
          for index in labels.indices {
            let tissue = lookup[Int(labels[index])]
            greatest = max(greatest, tissue)
            tissues[index] = tissue
          }
        }
      }
    }
    return greatest != Self.unlisted
  }

  private func counts(of labels: [UInt16], where isWanted: (Int) -> Bool) -> [UInt16: Int] {
    var counts = [Int](repeating: 0, count: Int(UInt16.max) + 1)
    for label in labels { counts[Int(label)] += 1 }
    let wanted = counts.indices.filter { counts[$0] > 0 && isWanted($0) }
    return Dictionary(uniqueKeysWithValues: wanted.map { (UInt16($0), counts[$0]) })
  }
}
