import Testing

@testable import grisea

@Suite("The path that starts the program again")
struct ExecutablePathTests {
  @Test("is the launcher's, colons and all, where the launcher has started this very process")
  func launcher() {
    let environment = ["GRISEA_LAUNCHER": "41:/opt/a:b/bin/grisea"]
    #expect(ExecutablePath.launcher(in: environment, process: 41) == "/opt/a:b/bin/grisea")
  }

  @Test(
    "is not what a parent process has left in the environment, nor what no launcher writes",
    arguments: ["40:/opt/bin/grisea", "/opt/bin/grisea", "41", "", ":"])
  func foreign(value: String) {
    #expect(ExecutablePath.launcher(in: ["GRISEA_LAUNCHER": value], process: 41) == nil)
    #expect(ExecutablePath.launcher(in: [:], process: 41) == nil)
  }
}
