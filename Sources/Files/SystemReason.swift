import Foundation

extension Error {
  /// Why the system refused what was asked of Foundation, in the system's words where it was the system: `permission
  /// denied`.
  package var systemReason: String {
    // Not all of Foundation's errors hold the system's.
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
