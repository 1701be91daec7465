import ArgumentParser
import Batch
import Files
import Imaging

/// The names of a batch's subjects, which begin the names of their results.
extension WorkList {
  /// Names images after their files, as `ScanName` does. Where several files have one name, the folder that distinguishes
  /// them comes before it: `s1/mri/T1.mgz` and `s2/mri/T1.mgz` become `s1_T1` and `s2_T1`.
  /// - Parameters:
  ///   - images: paths, some with names that the user has given.
  ///   - name: returns the name that an image has by its path.
  /// - Throws: `ValidationError` where two names are the same nevertheless.
  static func items(
    _ images: [(path: String, name: String?)], name: (String) -> String = { ScanName(path: $0).stem }
  ) throws -> [Item] {
    var items = images.map { Item(subject: $0.name ?? name($0.path), operand: $0.path) }
    let unnamed = images.indices.filter { images[$0].name == nil }
    for group in Dictionary(grouping: unnamed, by: { items[$0].subject }).values where group.count > 1 {
      let names = distinguishing(group.map { Array(NormalPath(images[$0].path).components.dropLast()) })
      for (index, name) in zip(group, names) where !name.isEmpty {
        items[index].subject = "\(name)_\(items[index].subject)"
      }
    }
    var owners: [String: String] = [:]
    for item in items {
      if let owner = owners.updateValue(item.operand, forKey: item.subject) {
        throw ValidationError(
          "\(owner) and \(item.operand) would both be written as \(item.subject)_…; name one of them in a --list, or give "
            + "each an --output of its own")
      }
    }
    return items
  }

  /// Names images after their files.
  static func items(_ paths: [String]) throws -> [Item] {
    try items(paths.map { (path: $0, name: nil) })
  }

  /// Returns a word for each folder: the name of the nearest folder of the path that differs among all of them, or the
  /// shortest ends of the paths that do, joined by underscores. Empty words where the folders are the same.
  private static func distinguishing(_ folders: [[String]]) -> [String] {
    let depth = folders.map(\.count).max() ?? 0
    for level in 0..<depth {
      let names = folders.map { $0.dropLast(level).last ?? "" }
      if Set(names).count == names.count, !names.contains("") { return names }
    }
    for length in 0...depth {
      let ends = folders.map { $0.suffix(length).joined(separator: "_") }
      if Set(ends).count == ends.count { return ends }
    }
    return folders.map { _ in "" }
  }
}
