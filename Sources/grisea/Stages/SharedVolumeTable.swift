import Batch
import Files
import Segmentation
import Synchronization

/// Tables of volumes to which a batch adds row by row, and other commands perhaps too.
///
/// The table is kept in memory and read anew only where another command has written it meanwhile, so that adding a
/// subject to ten thousand takes a millisecond or two.
final class SharedVolumeTable: Sendable {
  private struct Known {
    var path: String
    var signature: FileSignature
    var table: VolumeTable
  }

  private let known = Mutex<Known?>(nil)
  private let lock: FolderLock

  /// - Parameters:
  ///   - folder: the results', in or below which the tables are.
  ///   - shard: the part of a batch that alone writes them.
  init(folder: String, shard: Shard? = nil) { lock = FolderLock(folder: folder, shard: shard) }

  /// Returns what joins the tables of a divided batch's parts with the table of their folder.
  static func joining(in folder: String) -> ShardTables.JoinResults {
    { paths in
      var rows: [VolumeTable.Row] = []
      for path in paths { rows += try VolumeTable(contentsOf: path).rows }
      try SharedVolumeTable(folder: folder).add(rows, to: folder.joined(VolumeTable.fileName))
    }
  }

  /// Adds rows, or replaces those of their subjects.
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

  /// Which of these rows do not stand in the table.
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
