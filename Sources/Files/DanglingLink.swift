import Foundation

/// A symbolic link whose target does not exist.
package struct DanglingLink: Hashable, Sendable, CustomStringConvertible {
  /// The target of the link, as it is stored in the link.
  package let target: String

  /// Returns `nil` if the path is no symbolic link, or if its target exists.
  package init?(_ path: String) {
    guard !FileManager.default.fileExists(atPath: path),
      let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path)
    else { return nil }
    self.target = target
  }

  /// Whether the link points to content of git-annex that has not been fetched.
  package var isAnnexed: Bool { target.contains("annex/objects/") }

  /// The second half of an error message, after the path.
  package var description: String {
    isAnnexed
      ? "is a git-annex link whose content is not on this machine; fetch it with `datalad get` or `git annex get`"
      : "is a link to \(target), which does not exist"
  }
}
