import Files
import Foundation

/// The tables that the parts of a divided batch have left, joined with those of their folder.
public struct ShardTables: Sendable {
  /// Adds the rows of the parts' tables of results, at these paths, to the folder's own table.
  public typealias JoinResults = @Sendable (_ paths: [String]) throws -> Void

  private let output: String
  private let joinResults: JoinResults

  /// - Parameters:
  ///   - output: the batch's folder.
  ///   - joinResults: is called with the parts' tables of results, the oldest first.
  public init(output: String, joinResults: @escaping JoinResults) {
    self.output = output
    self.joinResults = joinResults
  }

  /// Rows of states, part by part; a subject that several have stands as the latest has it.
  /// - Throws: `StatusTableError`.
  public func rows() throws(StatusTableError) -> [StatusRow] {
    var rows: [StatusRow] = []
    for path in try files(ending: Shard.statusEnding) { rows += try StatusTable.rows(ofFile: path) }
    return rows
  }

  /// Puts all rows into `status.tsv` and `volumes.tsv` and removes the parts' tables. What stops it in between does no
  /// harm: joined again, they give the same.
  /// - Parameter lost: rows of subjects that no part has reached.
  /// - Throws: `StatusTableError`, and what `joinResults` throws.
  public func join(with lost: [StatusRow] = []) throws {
    try StatusTable(folder: output).join(try rows() + lost)
    try joinResults(try files(ending: Shard.volumesEnding))
    remove()
  }

  /// Removes what an earlier batch has left.
  func remove() { try? FileManager.default.removeItem(atPath: Shard.folder(in: output)) }

  /// The oldest first; none where there is no folder. One that cannot be read is no empty one: its rows would be lost.
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
