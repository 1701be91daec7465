import Foundation
import Imaging

/// `volumes.tsv`: one row per subject with its tissue volumes in ml.
public struct VolumeTable: Hashable, Sendable {
  public static let columns = ["subject", "GM_ml", "WM_ml", "CSF_ml"]

  private var rows: [(subject: String, cells: [String])] = []

  public init() {}

  public static func == (first: VolumeTable, second: VolumeTable) -> Bool { first.tsv == second.tsv }

  public func hash(into hasher: inout Hasher) { hasher.combine(tsv) }

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
    rows = lines.dropFirst().map { ($0[0], Array($0.dropFirst())) }
  }

  /// Adds a subject's row, or replaces the one it has. Rows are in the order of their subjects.
  public mutating func set(_ subject: String, _ segmentation: Segmentation) {
    let cells = [Tissue.grayMatter, .whiteMatter, .csf].map {
      String(format: "%.3f", segmentation.volume(of: $0))
    }
    rows.removeAll { $0.subject == subject }
    rows.append((subject, cells))
    rows.sort { $0.subject.compare($1.subject, options: .numeric) == .orderedAscending }
  }

  public var tsv: String {
    ([Self.columns] + rows.map { [$0.subject] + $0.cells }).map { $0.joined(separator: "\t") + "\n" }.joined()
  }

  /// Writes the table whole or not at all.
  /// - Throws: `VolumeTableError.unwritable`.
  public func write(to path: String) throws(VolumeTableError) {
    do {
      try Data(tsv.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw .unwritable(path: path, reason: error.localizedDescription)
    }
  }
}

/// Why a table of volumes cannot be added to.
public enum VolumeTableError: Error, Hashable, Sendable {
  case unreadable(path: String, reason: String)
  case unwritable(path: String, reason: String)
  case notThisTable(path: String, found: [String])
}

extension VolumeTableError: CustomStringConvertible {
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
