import Files
import Foundation
import Imaging

/// `volumes.tsv`: one row per subject with volumes in ml: of each tissue's voxels, of each tissue's probabilities, of
/// the brain mask, which in a scan of a whole head is the intracranial volume, and of the parts of the gray matter where
/// they are known; and with how far they can be believed
/// (`SegmentationQuality`): a score, the doubts in words, and what was measured.
public struct VolumeTable: Hashable, Sendable {
  /// Of the table that all scans of a folder share.
  public static let fileName = "volumes.tsv"

  /// Of the file, in their order.
  public static let columns =
    [
      "subject", "GM_ml", "WM_ml", "CSF_ml", "GM_soft_ml", "WM_soft_ml", "CSF_soft_ml", "ICV_ml",
    ] + GrayMatterPart.allCases.map { $0.name + "_ml" } + ["quality", "doubts"]
    + QualityMeasure.columns.map(\.rawValue)

  /// `subject` and hard volumes: the columns that a table of any version begins with.
  private static let leastColumns = 4

  /// A subject's volumes, as they stand in the file.
  public struct Row: Hashable, Codable, Sendable {
    public var subject: String
    /// One for each column after the first.
    public var cells: [String]

    public init(subject: String, cells: [String]) {
      self.subject = subject
      self.cells = cells
    }

    /// - Parameters:
    ///   - brain: `segmentation.brainMask`, which takes time and is needed elsewhere too.
    ///   - quality: without it the cells are `n/a`.
    public init(
      subject: String, _ segmentation: Segmentation, brain: LabelMap, quality: SegmentationQuality?
    ) {
      let tissues = [Tissue.grayMatter, .whiteMatter, .csf]
      let mask = Segmentation(labels: brain, probabilities: [:])
      let volumes =
        tissues.map { segmentation.volume(of: $0) } + tissues.map { segmentation.softVolume(of: $0) }
        + [mask.volume(of: .grayMatter)]
      let parts = GrayMatterPart.allCases.map { Self.cell(segmentation.volume(of: $0)) }
      self.init(subject: subject, cells: volumes.map(Self.cell) + parts + Self.cells(of: quality))
    }

    private static func cells(of quality: SegmentationQuality?) -> [String] {
      let doubts = quality?.doubts ?? []
      return [cell(quality?.score), doubts.isEmpty ? "n/a" : doubts.joined(separator: "; ")]
        + QualityMeasure.columns.map { cell(quality?.values[$0]) }
    }

    private static func cell(_ value: Double?) -> String { TableCell.text(value, "%.3f") }

    fileprivate var line: String { VolumeTable.line([subject] + cells) }

    /// `sub-2` comes before `sub-10`.
    fileprivate static func isOrdered(_ a: Row, _ b: Row) -> Bool {
      a.subject.compare(b.subject, options: .numeric) == .orderedAscending
    }
  }

  /// In the order of their subjects.
  public private(set) var rows: [Row] = []
  /// Of each row; a table of ten thousand is written after each of them, so that they are not made again.
  private var lines: [String] = []

  public init() {}

  /// Reads a table; where there is no file it is empty. Columns that came later than a file have `n/a` there.
  /// - Throws: `VolumeTableError` where the file is there but is no such table.
  public init(contentsOf path: String) throws(VolumeTableError) {
    guard FileManager.default.fileExists(atPath: path) else { return }
    let text: String
    do {
      text = try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw .unreadable(path: path, reason: error.localizedDescription)
    }
    let cells = text.split(whereSeparator: \.isNewline).map {
      $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
    let header = cells.first ?? []
    let places = Self.columns.map { header.firstIndex(of: $0) }
    guard header.starts(with: Self.columns.prefix(Self.leastColumns)),
      places.compactMap({ $0 }).count == header.count, cells.allSatisfy({ $0.count == header.count })
    else {
      throw .notThisTable(path: path, found: header)
    }
    rows = cells.dropFirst().map { line in
      let known = places.dropFirst().map { place in place.map { line[$0] } ?? "n/a" }
      return Row(subject: line[0], cells: known)
    }
    rows.sort(by: Row.isOrdered)
    lines = rows.map(\.line)
  }

  /// Adds a subject's row without its quality, or replaces the one it has.
  public mutating func set(_ subject: String, _ segmentation: Segmentation) {
    set(Row(subject: subject, segmentation, brain: segmentation.brainMask, quality: nil))
  }

  /// Adds a row, or replaces the one that its subject has.
  public mutating func set(_ row: Row) {
    var (low, high) = (0, rows.count)
    while low < high {
      let middle = (low + high) / 2
      if Row.isOrdered(rows[middle], row) { low = middle + 1 } else { high = middle }
    }
    // Names that differ and count alike (`sub-1`, `sub-01`) stand side by side.
    var place = low
    while place < rows.count, rows[place].subject != row.subject, !Row.isOrdered(row, rows[place]) {
      place += 1
    }
    if place < rows.count, rows[place].subject == row.subject {
      (rows[place], lines[place]) = (row, row.line)
    } else {
      rows.insert(row, at: place)
      lines.insert(row.line, at: place)
    }
  }

  /// The file's text: columns, then a row for each subject.
  public var tsv: String { Self.line(Self.columns) + lines.joined() }

  private static func line(_ cells: [String]) -> String { cells.joined(separator: "\t") + "\n" }

  /// Writes the table whole or not at all.
  /// - Throws: `VolumeTableError.unwritable`.
  public func write(to path: String) throws(VolumeTableError) {
    do throws(AtomicFile.Failure) {
      try AtomicFile.write([Array(tsv.utf8)], to: path)
    } catch {
      throw .unwritable(path: path, reason: error.reason)
    }
  }
}
