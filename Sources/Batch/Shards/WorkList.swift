import Files
import Foundation

/// What a batch is to do, frozen: the parts of a batch that run at different times must agree on it, though files may
/// come and go meanwhile, and a hundred thousand paths fit on no command line.
public struct WorkList: Hashable, Sendable {
  /// One line of the file.
  public struct Item: Hashable, Sendable {
    /// As tables call the subject.
    public var subject: String
    /// What the command is to take: a scan's path, a participant.
    public var operand: String

    public init(subject: String, operand: String) {
      self.subject = subject
      self.operand = operand
    }
  }

  /// Why a list cannot be made or read.
  public enum Failure: Error, Hashable, Sendable {
    /// An operand with a tab or a line break in its name.
    case unlisted(String)
    case unreadable(String)
    /// With the number of the line, from 1.
    case badLine(path: String, line: Int)
  }

  public var items: [Item]

  public init(_ items: [Item]) throws(Failure) {
    for item in items where !Self.canHold(item.subject + item.operand) { throw .unlisted(item.operand) }
    self.items = items
  }

  /// Whether words fit into a cell of a table: they have no tab and no line break.
  public static func canHold(_ words: String) -> Bool {
    !words.contains { $0 == "\t" || $0.isNewline }
  }

  /// Reads `subject`, tab, `operand` on each line.
  public init(contentsOf path: String) throws(Failure) {
    guard let data = FileManager.default.contents(atPath: path) else { throw .unreadable(path) }
    items = []
    for (number, line) in String(decoding: data, as: UTF8.self).split(separator: "\n").enumerated() {
      let cells = line.split(separator: "\t").map(String.init)
      guard cells.count == 2 else { throw .badLine(path: path, line: number + 1) }
      items.append(Item(subject: cells[0], operand: cells[1]))
    }
  }

  /// The same list, of which each of so many parts is done from its other end.
  ///
  /// A subject on which a task perishes would otherwise keep those behind it from ever being reached.
  public func reversed(parts count: Int) -> WorkList {
    var list = self
    for index in 1...max(1, count) {
      let places = Shard(index: index, count: count).share(of: Array(items.indices))
      for (place, other) in zip(places, places.reversed()) { list.items[place] = items[other] }
    }
    return list
  }

  /// Writes the list where it differs from what is there: a file that is as it should be keeps its times.
  public func write(to path: String) throws {
    try AtomicFile.update(items.map { "\($0.subject)\t\($0.operand)\n" }.joined(), to: path)
  }
}

extension WorkList.Failure: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unlisted(let operand):
      "\(operand): found a tab or a line break in the name, needed one that fits on a line of a work list"
    case .unreadable(let path): "\(path): cannot be read"
    case .badLine(let path, let line): "\(path):\(line): needed a subject, a tab and a scan or participant"
    }
  }
}
