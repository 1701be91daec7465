import Files
import Foundation

/// One of the equal parts into which a batch is divided, so that processes that know nothing of each other do it
/// together: on the nodes of a cluster, say.
///
/// Each part has tables of its own in `.grisea/shards/` of the output folder, so that no two processes wait for one lock
/// or write one file; `ShardTables` joins them. All else is where the undivided batch would put it.
public struct Shard: Hashable, Sendable {
  /// From 1 to `count`.
  public let index: Int
  public let count: Int

  public init(index: Int, count: Int) {
    precondition((1...max(1, count)).contains(index), "a shard is one of those that there are")
    self.index = index
    self.count = count
  }

  /// As in `3/12`; `nil` where the text is no such thing.
  public init?(_ text: String) {
    let numbers = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard numbers.count == 2, let index = numbers[0], let count = numbers[1],
      count > 0,
      (1...count).contains(index)
    else { return nil }
    self.init(index: index, count: count)
  }

  /// This part of the items: every `count`-th, so that neighbours, which are often alike in size, go to different parts.
  public func share<Item>(of items: [Item]) -> [Item] {
    stride(from: index - 1, to: items.count, by: count).map { items[$0] }
  }

  private var name: String { "\(index)-of-\(count)" }

  static func folder(in output: String) -> String { output.joined(".grisea/shards") }

  func status(in output: String) -> String { Self.folder(in: output).joined(name + Self.statusEnding) }

  func lock(in output: String) -> String { Self.folder(in: output).joined(name + ".lock") }

  /// The table of this part's volumes, for commands whose subjects share one.
  public func volumes(in output: String) -> String {
    Self.folder(in: output).joined(name + Self.volumesEnding)
  }

  static let statusEnding = ".status.tsv"
  static let volumesEnding = ".volumes.tsv"
}
