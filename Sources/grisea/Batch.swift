import ArgumentParser

enum Batch {
  static func run(_ inputs: [String], title: String, isSilent: Bool, _ body: (String) throws -> Void) throws {
    var failed = 0
    for path in inputs { do { try body(path) } catch { StandardError.print("\(error)"); failed += 1 } }
    if failed > 0 { throw ExitCode.failure }
  }
}
