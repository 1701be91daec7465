import BIDS
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

  /// Reads the tables that the participant level has written.
  /// - Throws: `BIDSDatasetError`, or `VolumeTableError` where a table cannot be read.
  init(of derivatives: DerivativeDataset) throws {
    guard FileManager.default.fileExists(atPath: derivatives.path) else {
      throw BIDSDatasetError.noVolumes(derivatives.path)
    }
    let folders = BIDSFolders(root: derivatives.path)
    for participant in try folders.participants() {
      for folder in try folders.anatomical(of: participant, sessions: []) {
        let session = folder.split(separator: "/").map(String.init).first { $0.hasPrefix("ses-") }
        for name in try folders.files(in: folder, ending: ["_volumes.tsv"]) {
          let table = try VolumeTable(contentsOf: derivatives.path.joined(folder).joined(name))
          rows += table.rows.map { [participant, session ?? "n/a", $0.subject] + $0.cells }
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
