import Batch
import Files
import Segmentation
import Synchronization

/// A table of volumes to which several threads, and other commands, add rows.
///
/// The table is kept in memory and read again only where another command has written it meanwhile. Adding a subject to
/// ten thousand takes one or two milliseconds.
final class SharedVolumeTable: Sendable {
  private struct Known {
    var path: String
    var signature: FileSignature
    var table: VolumeTable
  }

  private let known = Mutex<Known?>(nil)
  private let lock: FolderLock

  /// Creates access to the tables of a folder.
  /// - Parameters:
  ///   - folder: the folder of the results, in or below which the tables are.
  ///   - shard: the shard whose tables these are; `nil` for those of the whole batch.
  init(folder: String, shard: Shard? = nil) { lock = FolderLock(folder: folder, shard: shard) }

  /// Returns a function that joins the tables of shards with the table of their folder.
  static func joining(in folder: String) -> ShardTables.JoinResults {
    { paths in
      var rows: [VolumeTable.Row] = []
      for path in paths { rows += try VolumeTable(contentsOf: path).rows }
      try SharedVolumeTable(folder: folder).add(rows, to: folder.joined(VolumeTable.fileName))
    }
  }

  /// Adds rows, or replaces those of the same subjects.
  /// - Throws: `VolumeTableError`.
  func add(_ rows: [VolumeTable.Row], to path: String) throws(VolumeTableError) {
    guard !rows.isEmpty else { return }
    try lock.withLock { () throws(VolumeTableError) in
      var table = try self.table(path)
      for row in rows { table.set(row) }
      try table.write(to: path)
      remember(table, path)
    }
  }

  /// Returns those of the rows that the table does not hold.
  /// - Throws: `VolumeTableError`.
  func missing(_ rows: [VolumeTable.Row], in path: String) throws(VolumeTableError) -> [VolumeTable.Row] {
    let standing = Set(try VolumeTable(contentsOf: path).rows)
    return rows.filter { !standing.contains($0) }
  }

  private func table(_ path: String) throws(VolumeTableError) -> VolumeTable {
    let last = known.withLock { $0 }
    if let last, last.path == path, last.signature == FileSignature(ofFile: path) { return last.table }
    return try VolumeTable(contentsOf: path)
  }

  private func remember(_ table: VolumeTable, _ path: String) {
    let now = FileSignature(ofFile: path).map { Known(path: path, signature: $0, table: table) }
    known.withLock { $0 = now }
  }
}
