import Foundation

/// A file that is there and that the system refuses to read.
public struct UnreadableFile: Error, Hashable, Sendable {
  public let path: String
  /// The system's error number.
  public let code: Int32

  public init(path: String, code: Int32) {
    self.path = path
    self.code = code
  }
}

extension UnreadableFile: CustomStringConvertible {
  public var description: String {
    "\(path): cannot be read: \(String(cString: strerror(code)).lowercased())"
  }
}
