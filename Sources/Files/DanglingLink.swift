import Foundation

/// A symbolic link that leads to no file.
package struct DanglingLink: Hashable, Sendable, CustomStringConvertible {
  /// Where it leads, as it is written in the link.
  package let target: String

  /// `nil` where the path is no link, or leads to a file.
  package init?(_ path: String) {
    guard !FileManager.default.fileExists(atPath: path),
      let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path)
    else { return nil }
    self.target = target
  }

  /// Whether git-annex keeps the content under this key, and it has not been fetched.
  package var isAnnexed: Bool { target.contains("annex/objects/") }

  package var description: String {
    isAnnexed
      ? "is a link of git-annex whose content is not on this machine; fetch it with `datalad get` or `git annex get`"
      : "is a link to \(target), which does not exist"
  }
}
