import Foundation
import Imaging

/// `volumes.tsv`: one row per subject with volumes in ml: of each tissue's voxels, of each tissue's probabilities, and
/// of the brain mask, which in a scan of a whole head is the intracranial volume.
public struct VolumeTable: Hashable, Sendable {
  /// Of the file, in their order.
  public static let columns = [
    "subject", "GM_ml", "WM_ml", "CSF_ml", "GM_soft_ml", "WM_soft_ml", "CSF_soft_ml", "ICV_ml",
  ]

  private struct Row: Hashable {
    var subject: String
    var cells: [String]
  }

  private var rows: [Row] = []

  public init() {}

  /// Reads a table; where there is no file it is empty.
  /// - Throws: `VolumeTableError` where the file is there but is no such table.
  public init(contentsOf path: String) throws(VolumeTableError) {
    guard FileManager.default.fileExists(atPath: path) else { return }
    let text: String
    do {
      text = try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw .unreadable(path: path, reason: error.localizedDescription)
    }
    let lines = text.split(whereSeparator: \.isNewline).map {
      $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
    guard lines.first == Self.columns, lines.allSatisfy({ $0.count == Self.columns.count }) else {
      throw .notThisTable(path: path, found: lines.first ?? [])
    }
    rows = lines.dropFirst().map { Row(subject: $0[0], cells: Array($0.dropFirst())) }
  }

  /// Adds a subject's row, or replaces the one it has. Rows are in the order of their subjects, in which
  /// `sub-2` comes before `sub-10`.
  public mutating func set(_ subject: String, _ segmentation: Segmentation) {
    let tissues = [Tissue.grayMatter, .whiteMatter, .csf]
    let mask = Segmentation(labels: segmentation.brainMask, probabilities: [:])
    let volumes =
      tissues.map { segmentation.volume(of: $0) } + tissues.map { segmentation.softVolume(of: $0) }
      + [mask.volume(of: .grayMatter)]
    let cells = volumes.map { String(format: "%.3f", $0) }
    rows.removeAll { $0.subject == subject }
    rows.append(Row(subject: subject, cells: cells))
    rows.sort { $0.subject.compare($1.subject, options: .numeric) == .orderedAscending }
  }

  /// The file's text: columns, then a row for each subject.
  public var tsv: String {
    ([Self.columns] + rows.map { [$0.subject] + $0.cells }).map { $0.joined(separator: "\t") + "\n" }.joined()
  }

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
