import Foundation
import TestSupport
import Testing

/// A package starts the program by a launcher of its own, which names itself in the environment. What the program starts
/// again with is seen by what a stand-in for the launcher writes.
@Suite("The path that starts the program again")
struct ExecutablePathTests {
  private let place: Workplace

  init() throws { place = try Workplace() }

  /// Runs `grisea --version` with a launcher named as that of some process; `$$` is the process itself.
  private func version(launcherOf process: String) throws -> Workplace.Outcome {
    try place.write("#!/bin/sh\necho launched >>\(place("log"))\nexec grisea \"$@\"\n", to: "a:b/launcher")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: place("a:b/launcher"))
    let line = "GRISEA_LAUNCHER=\"\(process):\(place("a:b/launcher"))\" exec grisea --version"
    return try place.run("sh", ["-c", line])
  }

  @Test("is the launcher's where the launcher has started this very process")
  func own() throws {
    let outcome = try version(launcherOf: "$$")
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(outcome.output.count == 1)
    // Once: what is set by then is not missing a second time.
    #expect(String(decoding: try place.bytes("log"), as: UTF8.self) == "launched\n")
  }

  @Test("is not that of another process, nor what no launcher writes", arguments: ["1", "", "x:$$"])
  func foreign(process: String) throws {
    let outcome = try version(launcherOf: process)
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(!place.exists("log"))
  }
}
