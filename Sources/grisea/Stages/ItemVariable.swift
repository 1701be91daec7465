import Batch
import Files
import Foundation
import Imaging
import PipelineRunner

/// The variable of a pipeline that has another file in each run: `scan='data/sub-*/anat/*_T1w.nii.gz'`.
struct ItemVariable: Hashable, Sendable {
  let name: String
  /// Files or patterns.
  let patterns: [String]

  /// Why words are not such a variable, or name no files.
  enum Failure: Error, Hashable, Sendable {
    /// A word with another form than `name=PATTERN`.
    case form(String)
    /// Words with two names.
    case twoNames(String, String)
    /// A name whose value `grisea run` sets itself.
    case reserved(String)
    /// A pattern that matches no file.
    case nothingFound(String)
    /// Two files with the same name in tables.
    case sameName(String, String)
    /// A variable that the pipeline does not use.
    case unused(name: String, path: String)
    /// Two items whose runs write the same file.
    case sameOutput(String, String, output: String)
  }

  /// The names of the variables that each run has beside the file (`values`).
  private static let reservedNames: Set = ["item", "subject", "session", "output"]

  /// Reads words of the form `name=PATTERN`, all of one name.
  init(_ words: [String]) throws(Failure) {
    var parts: [(name: String, pattern: String)] = []
    for word in words {
      let cells = word.split(separator: "=", maxSplits: 1).map(String.init)
      guard cells.count == 2 else { throw .form(word) }
      parts.append((cells[0], cells[1]))
    }
    guard let first = parts.first else { throw .form("") }
    if let other = parts.first(where: { $0.name != first.name }) { throw .twoNames(first.name, other.name) }
    guard !Self.reservedNames.contains(first.name) else { throw .reserved(first.name) }
    name = first.name
    patterns = parts.map(\.pattern)
  }

  /// Returns the files that match now, each once, in the order of the patterns; and the folders that cannot be read.
  func items() throws(Failure) -> (items: [WorkList.Item], unreadable: [UnreadableFile]) {
    var items: [WorkList.Item] = []
    var unreadable: [UnreadableFile] = []
    var owners: [String: String] = [:]
    for pattern in patterns {
      let found: (paths: [String], unreadable: [UnreadableFile]) =
        ImageFiles.isPattern(pattern) ? FilePattern(pattern).search() : ([pattern], [])
      unreadable += found.unreadable
      if found.paths.isEmpty && found.unreadable.isEmpty { throw .nothingFound(pattern) }
      for path in found.paths {
        let subject = Self.name(of: path)
        if let owner = owners[subject] {
          guard owner.hasSameBytes(as: path) else { throw .sameName(owner, path) }
          continue
        }
        owners[subject] = path
        items.append(.init(subject: subject, operand: path))
      }
    }
    return (items, unreadable)
  }

  /// Returns the name of a file in tables: that of a scan (`ScanName`), or the file name without its ending.
  private static func name(of path: String) -> String {
    let stem = ScanName(path: path).stem
    let ending = (stem as NSString).pathExtension
    return ["tsv", "txt", "json", "safetensors"].contains(ending)
      ? (stem as NSString).deletingPathExtension : stem
  }

  /// Returns the values of `${…}` in the run of an item, by name: the file, and the parts of its name.
  func values(for item: WorkList.Item) -> [String: String] {
    let entities = item.operand.lastComponent.split(separator: "_").map(String.init)
    return [
      name: item.operand, "item": item.subject,
      "subject": ScanName(path: item.operand).subject.person,
      "session": entities.first { $0.hasPrefix("ses-") && $0.count > 4 } ?? "",
    ]
  }
}

extension ItemVariable.Failure: CustomStringConvertible {
  var description: String {
    switch self {
    case .form(let word):
      "--each \(word): needed name=PATTERN, such as scan='data/sub-*/anat/*_T1w.nii.gz'"
    case .twoNames(let first, let second):
      "--each \(second)=…: found a second name beside \(first); derive other values with ${subject}, ${session} and ${item}"
    case .reserved(let name):
      "--each \(name)=…: ${\(name)} has another value in each run; give the files another name, such as scan"
    case .nothingFound(let pattern): "\(pattern): no file found"
    case .sameName(let first, let second):
      "\(first) and \(second): their results would have the same name; run them separately"
    case .unused(let name, let path): "\(path): does not use ${\(name)}, which --each gives"
    case .sameOutput(let first, let second, let output):
      "\(first) and \(second): the pipeline writes \(output) for both; put ${item} into its name or its folder"
    }
  }
}
