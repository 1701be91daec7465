import Files
import Foundation

/// The folders of a dataset that can hold anatomical images: `sub-01/anat` and `sub-01/ses-2/anat`.
///
/// Only folders at these two depths are read, so a loop of symbolic links cannot cause an endless search.
package struct BIDSFolders {
  /// Path of the dataset's folder.
  package let root: String

  /// Describes the dataset in the folder `root`.
  package init(root: String) { self.root = root }

  /// Returns the names of the participants' folders (`sub-01`, …) in numeric order.
  package func participants() throws -> [String] { try folders("", prefix: "sub-") }

  /// Returns the anatomical folders of a participant, relative to `root`.
  /// - Parameters:
  ///   - participant: the name of the participant's folder, such as `sub-01`.
  ///   - sessions: session labels without `ses-`; an empty set selects all sessions and the folder without a session.
  package func anatomical(of participant: String, sessions: Set<String>) throws -> [String] {
    let found = try folders(participant, prefix: "ses-").filter {
      sessions.isEmpty || sessions.contains(String($0.dropFirst(4)))
    }
    let parents = (sessions.isEmpty ? [participant] : []) + found.map { participant + "/" + $0 }
    return parents.map { $0 + "/anat" }.filter { isFolder($0) }
  }

  /// Returns the names of the files in a folder that have one of the given endings, in numeric order.
  package func files(in folder: String, ending endings: [String]) throws -> [String] {
    try names(folder).filter { name in
      endings.contains { name.hasSuffix($0) } && !isFolder(folder + "/" + name)
    }
  }

  private func folders(_ folder: String, prefix: String) throws -> [String] {
    try names(folder).filter {
      $0.hasPrefix(prefix) && $0.count > prefix.count && isFolder(folder.isEmpty ? $0 : folder + "/" + $0)
    }
  }

  private func names(_ folder: String) throws -> [String] {
    Self.sorted(
      try FileManager.default.contentsOfDirectory(atPath: root.joined(folder)).filter { !$0.hasPrefix(".") })
  }

  /// Returns names in numeric order: `sub-2` before `sub-10`.
  package static func sorted(_ names: [String]) -> [String] {
    names.sorted { $0.compare($1, options: .numeric) == .orderedAscending }
  }

  /// Whether a path, relative to `root`, is a folder.
  package func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: root.joined(path), isDirectory: &isFolder)
      && isFolder.boolValue
  }
}
