import Files
import Foundation
import Imaging

/// `volumes.tsv`: one row per subject with volumes in ml and quality measures.
///
/// The volumes are those of each tissue's voxels, of each tissue's probabilities, of the brain mask (the intracranial
/// volume if the scan shows a whole head), and of the parts of the gray matter if it is divided. The quality
/// (`SegmentationQuality`) is a score, the quality flags as sentences, and the measures.
public struct VolumeTable: Hashable, Sendable {
  /// Name of the table that all scans of a folder share.
  public static let fileName = "volumes.tsv"

  /// The columns, in their order.
  public static let columns =
    [
      "subject", "GM_ml", "WM_ml", "CSF_ml", "GM_soft_ml", "WM_soft_ml", "CSF_soft_ml", "ICV_ml",
    ] + GrayMatterPart.allCases.map { $0.name + "_ml" } + ["quality", "doubts"]
    + QualityMeasure.columns.map(\.rawValue)

  /// Number of the columns `subject` and hard volumes, with which a table of any version begins.
  private static let leastColumns = 4

  /// The cells of one subject.
  public struct Row: Hashable, Codable, Sendable {
    /// The subject's name.
    public var subject: String
    /// The cells after the first column.
    public var cells: [String]

    /// Creates a row.
    public init(subject: String, cells: [String]) {
      self.subject = subject
      self.cells = cells
    }

    /// Creates the row of a segmentation.
    /// - Parameters:
    ///   - subject: the subject's name.
    ///   - segmentation: the segmentation.
    ///   - brain: `segmentation.brainMask`, which is slow to compute and also needed elsewhere.
    ///   - quality: the quality measures; `nil` for `n/a`.
    public init(
      subject: String, _ segmentation: Segmentation, brain: LabelMap, quality: SegmentationQuality?
    ) {
      let tissues = [Tissue.grayMatter, .whiteMatter, .csf]
      let mask = Segmentation(labels: brain, probabilities: [:])
      let volumes =
        tissues.map { segmentation.volume(of: $0) } + tissues.map { segmentation.softVolume(of: $0) }
        + [mask.volume(of: .grayMatter)]
      let volumesOfParts = segmentation.partVolumes
      let parts = GrayMatterPart.allCases.map { Self.cell(volumesOfParts[$0]) }
      self.init(subject: subject, cells: volumes.map(Self.cell) + parts + Self.cells(of: quality))
    }

    /// Sets the volumes of the parts of the gray matter.
    package mutating func setParts(of segmentation: Segmentation) {
      let volumes = segmentation.partVolumes
      for part in GrayMatterPart.allCases {
        guard let place = VolumeTable.columns.firstIndex(of: part.name + "_ml"), place <= cells.count else {
          continue
        }
        cells[place - 1] = Self.cell(volumes[part])
      }
    }

    private static func cells(of quality: SegmentationQuality?) -> [String] {
      let doubts = quality?.doubts ?? []
      return [cell(quality?.score), doubts.isEmpty ? "n/a" : doubts.joined(separator: "; ")]
        + QualityMeasure.columns.map { cell(quality?.values[$0]) }
    }

    private static func cell(_ value: Double?) -> String { TableCell.text(value, "%.3f") }

    fileprivate var line: String { TSV.line([subject] + cells) }

    /// Whether a row precedes another: `sub-2` precedes `sub-10`.
    fileprivate static func isOrdered(_ a: Row, _ b: Row) -> Bool {
      a.subject.compare(b.subject, options: .numeric) == .orderedAscending
    }
  }

  /// The rows, in the order of their subjects.
  public private(set) var rows: [Row] = []
  /// The rows as text. They are kept because the table is written after each scan, and formatting ten thousand rows
  /// each time is slow.
  private var lines: [String] = []

  /// Creates an empty table.
  public init() {}

  /// Reads a table, or creates an empty one if there is no file. Columns that are missing in a file of an older version
  /// become `n/a`.
  /// - Throws: `VolumeTableError` if the file exists but is not such a table.
  public init(contentsOf path: String) throws(VolumeTableError) {
    guard FileManager.default.fileExists(atPath: path) else { return }
    let text: String
    do {
      text = try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw .unreadable(path: path, reason: error.systemReason)
    }
    let cells = TSV.rows(text)
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

  /// Adds the row of a subject without quality measures, or replaces its row.
  public mutating func set(_ subject: String, _ segmentation: Segmentation) {
    set(Row(subject: subject, segmentation, brain: segmentation.brainMask, quality: nil))
  }

  /// Adds a row, or replaces the row of its subject.
  public mutating func set(_ row: Row) {
    var (low, high) = (0, rows.count)
    while low < high {
      let middle = (low + high) / 2
      if Row.isOrdered(rows[middle], row) { low = middle + 1 } else { high = middle }
    }
    // Different names with equal numbers (`sub-1`, `sub-01`) are adjacent.
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

  /// The table as tab-separated text.
  public var tsv: String { TSV.line(Self.columns) + lines.joined() }

  /// Writes the table completely or not at all.
  /// - Throws: `VolumeTableError.unwritable`.
  public func write(to path: String) throws(VolumeTableError) {
    do throws(AtomicFile.Failure) {
      try AtomicFile.write([Array(tsv.utf8)], to: path)
    } catch {
      throw .unwritable(path: path, reason: error.reason)
    }
  }
}

extension VolumeTable.Row {
  /// Returns the cell of a column; `nil` if there is no such column or the cell is `n/a`.
  public func cell(_ column: String) -> String? {
    guard let index = VolumeTable.columns.dropFirst().firstIndex(of: column) else { return nil }
    let cell = cells[index - 1]
    return cell == "n/a" ? nil : cell
  }

  /// Returns the number in a column; `nil` if the cell is not a finite number.
  public func number(_ column: String) -> Double? { cell(column).flatMap { Double($0) }.finite }

  /// The volumes of the tissues and of the intracranial space, and the quality, in one line.
  public var summary: String {
    let volumes = ["GM", "WM", "CSF", "ICV"].compactMap { name in
      number(name + "_ml").map { String(format: "\(name) %.0f ml", $0) }
    }
    let quality = number("quality").map { [String(format: "quality %.2f", $0)] } ?? []
    return (volumes + quality).joined(separator: ", ")
  }

  /// A sentence that the quality is below the threshold, with the score and the strongest flag; `nil` if it is not.
  public var lowQuality: String? {
    guard let score = number("quality"), score < SegmentationQuality.threshold else { return nil }
    let reason = cell("doubts")?.components(separatedBy: "; ").first
    return String(format: "low quality %.2f", score) + (reason.map { ": " + $0 } ?? "")
  }

  /// The quality measures of the row.
  public var quality: SegmentationQuality {
    let values = QualityMeasure.allCases.compactMap { measure in
      number(measure.rawValue).map { (measure, $0) }
    }
    return SegmentationQuality(values: Dictionary(uniqueKeysWithValues: values))
  }
}

/// Why a table of volumes cannot be updated.
public enum VolumeTableError: Error, Hashable, Sendable {
  /// The file cannot be read.
  case unreadable(path: String, reason: String)
  /// The file cannot be written.
  case unwritable(path: String, reason: String)
  /// The file is not a table of volumes. `found` is its header.
  case notThisTable(path: String, found: [String])
}

extension VolumeTableError: CustomStringConvertible {
  /// The error as one sentence.
  public var description: String {
    switch self {
    case .unreadable(let path, let reason): "\(path): cannot be read: \(reason)"
    case .unwritable(let path, let reason): "\(path): cannot be written: \(reason)"
    case .notThisTable(let path, let found):
      "\(path): needed a table with the columns \(VolumeTable.columns.joined(separator: ", ")), "
        + "found \(found.joined(separator: ", "))"
    }
  }
}
