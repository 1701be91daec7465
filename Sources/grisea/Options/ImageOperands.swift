import ArgumentParser
import Batch
import Files
import Foundation
import Imaging

/// `--list`
struct ListOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Read images from this file too: on each line a path, or a path, a tab and a name for its results.",
      valueName: "file"))
  var list: String?
}

/// The images that a command works on: its operands, each a file, a folder or a quoted pattern, and the lines of a list.
///
/// The lines of a list are as operands. Its paths are relative to the current folder. Blank lines, and lines that begin
/// with `#`, are skipped.
struct ImageOperands {
  /// An image and the name of its results, where a list gives one.
  private struct Entry: Hashable {
    var path: String
    var name: String?
  }

  /// The operands, as typed.
  let words: [String]
  /// The path of the list.
  let list: String?
  /// What a folder stands for.
  let kind: ImageFiles.Kind
  /// Returns the name that an image has by its path.
  private let name: @Sendable (String) -> String

  /// - Parameter name: returns the name that an image has by its path; by default that of a scan.
  init(
    _ words: [String], list: String? = nil, _ kind: ImageFiles.Kind,
    name: @escaping @Sendable (String) -> String = { ScanName(path: $0).stem }
  ) {
    self.words = words
    self.list = list
    self.kind = kind
    self.name = name
  }

  /// Refuses a command line without operands and list.
  func validate() throws {
    if words.isEmpty, list == nil { throw ValidationError("Missing expected argument '<images> ...'") }
  }

  /// Returns the paths of all images, each once, in the order of the operands.
  /// - Throws: `ImageFilesError`, `ListError`.
  func paths() throws -> [String] {
    let entries = try entries()
    if let named = entries.first(where: { $0.name != nil }) {
      throw ListError.nameWithoutUse(path: list ?? "", name: named.name ?? "")
    }
    return entries.map(\.path)
  }

  /// Returns all images with the names of their results. Names that were made of folders are reported on standard error.
  /// - Throws: `ImageFilesError`, `ListError`, `ValidationError`.
  func items(isSilent: Bool) throws -> [WorkList.Item] {
    let entries = try entries()
    let items = try WorkList.items(entries.map { ($0.path, $0.name) }, name: name)
    if !isSilent { announce(zip(items, entries).filter { $1.name == nil }.map(\.0)) }
    return items
  }

  /// Reports names that were made of folders.
  private func announce(_ items: [WorkList.Item]) {
    let renamed = items.filter { $0.subject != name($0.operand) }
    guard let first = renamed.first else { return }
    StandardError.print(
      "\(renamed.count) files share their names with others; their folders come before the names of their results: "
        + "\(first.operand) is \(first.subject)")
  }

  /// Returns the images that exist now, for the declaration of a stage: an earlier stage may still have to write others.
  var itemsNow: [WorkList.Item] {
    let found = entriesNow.flatMap { entry -> [Entry] in
      guard case .file(let path) = ImageFiles.find(entry.path, kind) else {
        return (try? expanded(entry, isOnly: true)) ?? []
      }
      // A word without the ending of an image may be a folder that does not exist yet.
      let isImage = ScanName.ending(of: path) != nil || FileManager.default.fileExists(atPath: path)
      return isImage ? [entry] : []
    }
    return (try? WorkList.items(found.map { ($0.path, $0.name) }, name: name)) ?? []
  }

  /// The files and folders that are read by name, for the declaration of a stage.
  var inputs: [String] {
    entriesNow.map(\.path).filter { !ImageFiles.isPattern($0) } + [list].compactMap { $0 }
  }

  /// Returns the files that are read with images, such as the other half of a pair (`ScanName.files`), for the
  /// declaration of a stage.
  static func companions(of images: [String]) -> [String] {
    images.flatMap { ScanName.files(of: $0).dropFirst() }
  }

  /// The patterns of files that are read, for the declaration of a stage.
  var patterns: [String] { entriesNow.map(\.path).filter(ImageFiles.isPattern) }

  /// The operands and, where the list exists already, its lines.
  private var entriesNow: [Entry] {
    words.map { Entry(path: $0) } + (list.flatMap { try? Self.lines(of: $0) } ?? [])
  }

  private func entries() throws -> [Entry] {
    let all = words.map { Entry(path: $0) } + (try list.map { try Self.lines(of: $0) } ?? [])
    if all.isEmpty, let list { throw ListError.empty(list) }
    var seen: Set<NormalPath> = []
    return try all.flatMap { try expanded($0, isOnly: all.count == 1) }.filter {
      $0.name != nil || seen.insert(NormalPath($0.path)).inserted
    }
  }

  /// Returns the images that a word or a line stands for.
  /// - Parameter isOnly: whether there is no other. Among others, a folder without images stays and fails where it is
  ///   read, so that it does not end a batch.
  private func expanded(_ entry: Entry, isOnly: Bool) throws -> [Entry] {
    guard let name = entry.name else {
      do throws(ImageFilesError) {
        return try ImageFiles.found(entry.path, kind).map { Entry(path: $0) }
      } catch {
        guard !isOnly, DurableFolder.exists(entry.path) else { throw error }
        return [entry]
      }
    }
    guard ImageFiles.find(entry.path, kind).isFile else {
      throw ListError.nameOfSeveral(path: entry.path, name: name)
    }
    return [entry]
  }

  private static func lines(of list: String) throws(ListError) -> [Entry] {
    guard let data = FileManager.default.contents(atPath: list) else { throw .unreadable(list) }
    guard let text = String(data: data, encoding: .utf8) else { throw .notText(list) }
    var entries: [Entry] = []
    for (number, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .enumerated()
    {
      if line.hasPrefix("#") || line.allSatisfy(\.isWhitespace) { continue }
      let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard cells.count <= 2, cells.allSatisfy({ !$0.isEmpty }) else {
        throw .form(path: list, line: number + 1)
      }
      let name = cells.count == 2 ? cells[1] : nil
      if let name, name.contains("/") || name.hasPrefix(".") {
        throw .name(path: list, line: number + 1, name: name)
      }
      entries.append(Entry(path: cells[0], name: name))
    }
    return entries
  }
}

/// Why the file of `--list` cannot be used.
enum ListError: Error, Hashable {
  case unreadable(String)
  case notText(String)
  case empty(String)
  case form(path: String, line: Int)
  case name(path: String, line: Int, name: String)
  case nameOfSeveral(path: String, name: String)
  case nameWithoutUse(path: String, name: String)
}

extension ListError: CustomStringConvertible {
  var description: String {
    switch self {
    case .unreadable(let path): "\(path): cannot be read; --list needs a text file with one path on each line"
    case .notText(let path): "\(path): not a text file; --list needs one path on each line"
    case .empty(let path): "\(path): found no line with a path, needed at least one"
    case .form(let path, let line): "\(path):\(line): needed a path, or a path, a tab and a name"
    case .name(let path, let line, let name):
      "\(path):\(line): '\(name)' cannot begin the names of results; needed a name without / and without a dot at its start"
    case .nameOfSeveral(let path, let name):
      "\(path): the name \(name) needs one file, and this is a folder or a pattern"
    case .nameWithoutUse(let path, let name):
      "\(path): found the name \(name); this command names results after the files, so leave the names out"
    }
  }
}
