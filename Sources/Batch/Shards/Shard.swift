import Files
import Foundation

/// One of the equal parts into which a batch is divided, so that independent processes do it together, for example on
/// the nodes of a cluster.
///
/// Each shard has tables of its own in `.grisea/shards/` of the output folder, so that no two processes wait for one
/// lock or write one file; `ShardTables` joins them. All other files are where the undivided batch would write them.
public struct Shard: Hashable, Sendable {
  /// The number of this shard, from 1 to `count`.
  public let index: Int
  /// The number of shards.
  public let count: Int

  /// Creates a shard.
  public init(index: Int, count: Int) {
    precondition((1...max(1, count)).contains(index), "a shard's number is from 1 to the number of shards")
    self.index = index
    self.count = count
  }

  /// Reads a shard as in `3/12`. Returns `nil` for any other text.
  public init?(_ text: String) {
    let numbers = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard numbers.count == 2, let index = numbers[0], let count = numbers[1],
      count > 0,
      (1...count).contains(index)
    else { return nil }
    self.init(index: index, count: count)
  }

  /// Returns this shard's items: every `count`-th, so that neighbors, which are often similar in size, go to different
  /// shards.
  public func share<Item>(of items: [Item]) -> [Item] {
    stride(from: index - 1, to: items.count, by: count).map { items[$0] }
  }

  private var name: String { "\(index)-of-\(count)" }

  static func folder(in output: String) -> String { output.joined(".grisea/shards") }

  func status(in output: String) -> String { Self.folder(in: output).joined(name + Self.statusEnding) }

  func lock(in output: String) -> String { Self.folder(in: output).joined(name + ".lock") }

  /// The path of this shard's table of volumes, for commands whose subjects share one.
  public func volumes(in output: String) -> String {
    Self.folder(in: output).joined(name + Self.volumesEnding)
  }

  static let statusEnding = ".status.tsv"
  static let volumesEnding = ".volumes.tsv"
}
