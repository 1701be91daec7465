import Files
import Foundation

/// The subjects of a batch, written to a file: shards that run at different times must agree on them, although files may
/// appear and disappear meanwhile.
public struct WorkList: Hashable, Sendable {
  /// One line of the file.
  public struct Item: Hashable, Sendable {
    /// The subject's name in tables.
    public var subject: String
    /// What the command works on: the path of a scan, a participant.
    public var operand: String

    /// Creates a line.
    public init(subject: String, operand: String) {
      self.subject = subject
      self.operand = operand
    }
  }

  /// Why a list cannot be written or read.
  public enum Failure: Error, Hashable, Sendable {
    /// An operand with a tab or a line break in its name.
    case unlisted(String)
    /// A file that cannot be read.
    case unreadable(String)
    /// A line that is not an item, with its number from 1.
    case badLine(path: String, line: Int)
  }

  /// The subjects, in order.
  public var items: [Item]

  /// Creates a list.
  /// - Throws: `Failure.unlisted`.
  public init(_ items: [Item]) throws(Failure) {
    for item in items where !Self.canHold(item.subject + item.operand) { throw .unlisted(item.operand) }
    self.items = items
  }

  /// Returns whether words fit into a cell of a table: they have no tab and no line break.
  public static func canHold(_ words: String) -> Bool {
    !words.contains { $0 == "\t" || $0.isNewline }
  }

  /// Reads a file with `subject`, tab, `operand` on each line.
  /// - Throws: `Failure`.
  public init(contentsOf path: String) throws(Failure) {
    guard let data = FileManager.default.contents(atPath: path) else { throw .unreadable(path) }
    items = []
    for (number, line) in String(decoding: data, as: UTF8.self).split(separator: "\n").enumerated() {
      let cells = line.split(separator: "\t").map(String.init)
      guard cells.count == 2 else { throw .badLine(path: path, line: number + 1) }
      items.append(Item(subject: cells[0], operand: cells[1]))
    }
  }

  /// Returns the list with the order within each of `count` shards reversed.
  ///
  /// Otherwise a subject that crashes its task would keep those behind it from ever being reached.
  public func reversed(parts count: Int) -> WorkList {
    var list = self
    for index in 1...max(1, count) {
      let places = Shard(index: index, count: count).share(of: Array(items.indices))
      for (place, other) in zip(places, places.reversed()) { list.items[place] = items[other] }
    }
    return list
  }

  /// Writes the list. A file that holds it already is left as it is, with its times.
  public func write(to path: String) throws {
    try AtomicFile.update(items.map { "\($0.subject)\t\($0.operand)\n" }.joined(), to: path)
  }
}

extension WorkList.Failure: CustomStringConvertible {
  /// The sentence for the user.
  public var description: String {
    switch self {
    case .unlisted(let operand):
      "\(operand): found a tab or a line break in the name; rename the file, as work lists have one name per line"
    case .unreadable(let path): "\(path): cannot be read"
    case .badLine(let path, let line): "\(path):\(line): needed a subject, a tab and a scan or participant"
    }
  }
}
