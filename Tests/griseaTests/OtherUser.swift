import Foundation
import TestSupport
import Testing

/// A user for whom permissions count: this one, or another where this one is root.
enum OtherUser {
  /// The words before a command by which the other user runs it.
  private static let words: [String] =
    getuid() == 0 ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : []

  /// Why commands cannot be run so; `nil` where they can.
  static let obstacle: String? = {
    do {
      let place = try Workplace()
      let outcome = try place.griseaAsOtherUser("--version")
      return outcome.status == 0 ? nil : outcome.error.first ?? "exit code \(outcome.status)"
    } catch { return "\(error)" }
  }()

  static func command(_ words: [String]) -> [String] { self.words + words }
}

extension Workplace {
  /// Runs `grisea` as a user who may read and write in this folder what its permissions allow to others.
  func griseaAsOtherUser(_ words: String) throws -> Outcome {
    try permit(0o777, "")
    let command = OtherUser.command(["grisea"] + words.split(separator: " ").map(String.init))
    return try run(command[0], Array(command.dropFirst()))
  }

  /// Sets the permissions of a file or folder in it.
  func permit(_ permissions: Int, _ name: String) throws {
    try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: self(name))
  }
}
