import Foundation

extension Error {
  /// The reason for a failure of a Foundation call. For a system error this is the system's message in lower case, for
  /// example `permission denied`.
  package var systemReason: String {
    // Some of Foundation's errors do not contain the system's error.
    switch (self as? CocoaError)?.code {
    case .fileReadNoPermission, .fileWriteNoPermission: return Self.words(EACCES)
    case .fileWriteOutOfSpace: return Self.words(ENOSPC)
    default: break
    }
    let cause = (self as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
    guard let cause, cause.domain == NSPOSIXErrorDomain else { return localizedDescription }
    return Self.words(Int32(cause.code))
  }

  private static func words(_ code: Int32) -> String { String(cString: strerror(code)).lowercased() }
}
