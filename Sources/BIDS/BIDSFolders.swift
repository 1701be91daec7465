import Files
import Foundation

/// The folders of a dataset that may hold anatomical images: `sub-01/anat` and `sub-01/ses-2/anat`.
///
/// Only these are looked into, at fixed depths: a loop of symbolic links has no end to run to.
package struct BIDSFolders {
  package let root: String

  package init(root: String) { self.root = root }

  /// `sub-01` and so on, in numeric order.
  package func participants() throws -> [String] { try folders("", prefix: "sub-") }

  /// `sub-01/anat`, or those of the sessions, for those of the labels where there are any.
  package func anatomical(of participant: String, sessions: Set<String>) throws -> [String] {
    let found = try folders(participant, prefix: "ses-").filter {
      sessions.isEmpty || sessions.contains(String($0.dropFirst(4)))
    }
    let parents = (sessions.isEmpty ? [participant] : []) + found.map { participant + "/" + $0 }
    return parents.map { $0 + "/anat" }.filter { isFolder($0) }
  }

  /// Names of files in a folder that end so, in numeric order.
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

  /// In numeric order: `sub-2` before `sub-10`.
  package static func sorted(_ names: [String]) -> [String] {
    names.sorted { $0.compare($1, options: .numeric) == .orderedAscending }
  }

  package func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: root.joined(path), isDirectory: &isFolder)
      && isFolder.boolValue
  }
}
