import Files
import Foundation

/// The tables that the shards of a batch have written, to be joined with those of their folder.
public struct ShardTables: Sendable {
  /// Adds the rows of the shards' tables of results, at these paths, to the folder's own table.
  public typealias JoinResults = @Sendable (_ paths: [String]) throws -> Void

  private let output: String
  private let joinResults: JoinResults

  /// Creates the tables of a batch.
  /// - Parameters:
  ///   - output: the output folder of the batch.
  ///   - joinResults: called with the shards' tables of results, the oldest first; by default there are none.
  public init(output: String, joinResults: @escaping JoinResults = { _ in }) {
    self.output = output
    self.joinResults = joinResults
  }

  /// Reads the rows of all shards, shard by shard. If several shards have a row for a subject, the last one counts.
  /// - Throws: `StatusTableError`.
  public func rows() throws(StatusTableError) -> [StatusRow] {
    var rows: [StatusRow] = []
    for path in try files(ending: Shard.statusEnding) { rows += try StatusTable.rows(ofFile: path) }
    return rows
  }

  /// The shards that have no table, by their numbers, where the tables are of so many; `nil` if none is missing. Shards of
  /// different numbers are all of the largest.
  /// - Throws: `StatusTableError`.
  public func missing() throws(StatusTableError) -> (shards: [Int], count: Int)? {
    let shards = try files(ending: Shard.statusEnding).compactMap { path in
      Shard(String(path.lastComponent.dropLast(Shard.statusEnding.count)).replacing("-of-", with: "/"))
    }
    let count = shards.map(\.count).max() ?? 0
    let found = Set(shards.filter { $0.count == count }.map(\.index))
    guard count > 0, found.count < count else { return nil }
    return ((1...count).filter { !found.contains($0) }, count)
  }

  /// Adds all rows to `status.tsv` and `volumes.tsv` and removes the shards' tables. After an interruption it can be
  /// called again, with the same result.
  /// - Parameter lost: rows of subjects that no shard has reached.
  /// - Throws: `StatusTableError`, and what `joinResults` throws.
  public func join(with lost: [StatusRow] = []) throws {
    try StatusTable(folder: output).join(try rows() + lost)
    try joinResults(try files(ending: Shard.volumesEnding))
    remove()
  }

  /// Removes the tables.
  func remove() { try? FileManager.default.removeItem(atPath: Shard.folder(in: output)) }

  /// Returns the tables, the oldest first; none where there is no folder. A folder that cannot be read is an error,
  /// because its rows would be lost.
  private func files(ending: String) throws(StatusTableError) -> [String] {
    let folder = Shard.folder(in: output)
    guard FileManager.default.fileExists(atPath: folder) else { return [] }
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder)
    } catch { throw .unreadable(path: folder, reason: error.systemReason) }
    let dated = names.filter { $0.hasSuffix(ending) && !$0.hasPrefix(".") }.map { name -> (Date, String) in
      let path = folder.joined(name)
      let facts = try? FileManager.default.attributesOfItem(atPath: path)
      return (facts?[.modificationDate] as? Date ?? .distantPast, path)
    }
    return dated.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map(\.1)
  }
}
