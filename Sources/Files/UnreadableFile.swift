import Foundation

/// An error for a file that exists and that the system does not allow to be read.
public struct UnreadableFile: Error, Hashable, Sendable {
  /// The path of the file.
  public let path: String
  /// The system's error number (`errno`).
  public let code: Int32

  /// Makes an error from its parts.
  public init(path: String, code: Int32) {
    self.path = path
    self.code = code
  }
}

extension UnreadableFile: CustomStringConvertible {
  /// A sentence for the user: the file and the system's reason.
  public var description: String {
    "\(path): cannot be read: \(code.systemMessage)"
  }
}

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

extension Error {
  /// The reason for a failure of a Foundation call. For a system error this is the system's message in lower case, for
  /// example `permission denied`.
  package var systemReason: String {
    // Some of Foundation's errors do not contain the system's error.
    switch (self as? CocoaError)?.code {
    case .fileReadNoPermission, .fileWriteNoPermission: return EACCES.systemMessage
    case .fileWriteOutOfSpace: return ENOSPC.systemMessage
    default: break
    }
    let cause = (self as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
    guard let cause, cause.domain == NSPOSIXErrorDomain else { return localizedDescription }
    return Int32(cause.code).systemMessage
  }

}

extension Int32 {
  /// The system's message for an error number (`errno`) in lower case, for example `permission denied`.
  package var systemMessage: String { String(cString: strerror(self)).lowercased() }
}
