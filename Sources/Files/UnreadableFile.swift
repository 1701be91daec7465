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
    "\(path): cannot be read: \(String(cString: strerror(code)).lowercased())"
  }
}
