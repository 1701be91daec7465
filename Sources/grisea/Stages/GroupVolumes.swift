import BIDS
import Batch
import Files
import Foundation
import Segmentation

/// `group_volumes.tsv`: the volumes of all scans of a derivatives dataset, one row for each.
struct GroupVolumes: Hashable, Sendable {
  /// The columns of the file, in their order. `scan` is the name of the scan without its suffix.
  static let columns = ["participant_id", "session_id", "scan"] + VolumeTable.columns.dropFirst()

  static let fileName = "group_volumes.tsv"

  /// The rows, in the order of participants, sessions and scans.
  private(set) var rows: [[String]] = []
  /// The scans that the participant level could not segment.
  let failed: [StatusRow]

  /// The names of the scans that have a row.
  var scans: Set<String> { Set(rows.map { $0[2] }) }

  /// Reads the tables that the participant level has written. Scans that have failed since, whose table is of an earlier
  /// scan, are left out.
  /// - Throws: `BIDSDatasetError`, or `VolumeTableError` where a table cannot be read.
  init(of derivatives: DerivativeDataset) throws {
    guard FileManager.default.fileExists(atPath: derivatives.path) else {
      throw BIDSDatasetError.noVolumes(derivatives.path)
    }
    let folders = BIDSFolders(root: derivatives.path)
    failed = try StatusTable(folder: derivatives.path).rows().filter {
      $0.stage == SegmentationStage.name && $0.state == .failed
    }
    let left = Set(failed.map(\.subject))
    for participant in try folders.participants() {
      for folder in try folders.anatomical(of: participant, sessions: []) {
        let session = folder.split(separator: "/").map(String.init).first { $0.hasPrefix("ses-") }
        for name in try folders.files(in: folder, ending: ["_volumes.tsv"])
        where !name.hasSuffix(StructureVolumes.ending) {
          let table = try VolumeTable(contentsOf: derivatives.path.joined(folder).joined(name))
          rows += table.rows.filter { !left.contains($0.subject) }.map {
            [participant, session ?? "n/a", $0.subject] + $0.cells
          }
        }
      }
    }
    guard !rows.isEmpty else { throw BIDSDatasetError.noVolumes(derivatives.path) }
  }

  /// The file's text.
  var tsv: String {
    ([Self.columns] + rows).map { $0.joined(separator: "\t") + "\n" }.joined()
  }

  /// Writes `group_volumes.tsv`, and returns its path.
  func write(to derivatives: DerivativeDataset) throws -> String {
    let path = derivatives.path.joined(Self.fileName)
    try AtomicFile.write(tsv, to: path)
    return path
  }
}
