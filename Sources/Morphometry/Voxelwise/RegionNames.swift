import Foundation
import Statistics

/// The names of an atlas's labels, from a file beside its image: a table with the columns `index` and `name`, as BIDS
/// has it, or a list of lines such as `1 Precentral_L 2001` or `1<tab>Fornix`, as MRIcron's atlases have it.
struct RegionNames {
  let byLabel: [Int: String]
  /// Lines that begin with `#`, without it: what the file says about itself.
  let comments: [String]

  /// - Throws: `StatisticsError.unreadable`, `.badAtlas`.
  init(contentsOf path: String) throws(StatisticsError) {
    guard let bytes = FileManager.default.contents(atPath: path) else { throw .unreadable(path: path) }
    let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
    comments = lines.filter { $0.hasPrefix("#") }.map {
      $0.drop { $0 == "#" }.trimmingCharacters(in: .whitespaces)
    }
    let rows = lines.filter { !$0.hasPrefix("#") }
    let pairs = Self.table(rows) ?? Self.list(rows)
    byLabel = Dictionary(pairs) { first, _ in first }
    if let twice = pairs.first(where: { byLabel[$0.0] != $0.1 }) {
      throw .badAtlas(
        path: path, reason: "label \(twice.0) has two names, `\(byLabel[twice.0] ?? "")` and `\(twice.1)`")
    }
    guard !byLabel.isEmpty else {
      throw .badAtlas(
        path: path,
        reason: "needed columns `index` and `name`, or lines that begin with a number and a name")
    }
  }

  private static func table(_ rows: [Substring]) -> [(Int, String)]? {
    let cells = rows.map {
      $0.split(separator: "\t", omittingEmptySubsequences: false).map {
        $0.trimmingCharacters(in: .whitespaces)
      }
    }
    guard let header = cells.first, let index = header.firstIndex(of: "index"),
      let name = header.firstIndex(of: "name")
    else { return nil }
    return cells.dropFirst().compactMap { row -> (Int, String)? in
      guard row.count > max(index, name) else { return nil }
      return Int(row[index]).map { ($0, row[name]) }
    }
  }

  /// The number behind the name is the code of the original atlas, which the image does not have.
  private static func list(_ rows: [Substring]) -> [(Int, String)] {
    rows.compactMap { row -> (Int, String)? in
      var words = row.split(whereSeparator: \.isWhitespace)
      guard words.count > 1, let number = Int(words.removeFirst()) else { return nil }
      if words.count > 1, words.last.flatMap({ Int($0) }) != nil { words.removeLast() }
      return (number, words.joined(separator: " "))
    }
  }
}
