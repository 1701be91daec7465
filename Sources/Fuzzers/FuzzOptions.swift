import Foundation

/// The command line.
struct FuzzOptions {
  /// Of each target.
  var inputs = Int.max
  var duration = Duration.seconds(1 << 40)
  var seed: UInt64 = 1
  var corpus = "Tests/ImagingTests/Fixtures"
  var crash = "fuzzers.crash"
  /// The names of those that run; all without.
  var targets: Set<String> = []
  /// The names of those that do not run.
  var without: Set<String> = []
  var replay: String?

  /// A file for readers that want a path.
  var scratch: String { crash + ".input" }

  /// Ends the program with exit code 64 at wrong usage.
  init(_ arguments: ArraySlice<String>) throws {
    var rest = arguments
    while let name = rest.popFirst() {
      guard let value = rest.popFirst() else { Self.usage("\(name) needs a value") }
      switch name {
      case "--inputs": inputs = Self.number(value)
      case "--seconds": duration = .seconds(Self.number(value))
      case "--seed": seed = UInt64(Self.number(value))
      case "--corpus": corpus = value
      case "--crash": crash = value
      case "--targets": targets = Set(value.split(separator: ",").map(String.init))
      case "--without": without = Set(value.split(separator: ",").map(String.init))
      case "--replay": replay = value
      default: Self.usage("unknown option \(name)")
      }
    }
    if replay == nil && inputs == .max && arguments.firstIndex(of: "--seconds") == nil {
      Self.usage("say when to stop")
    }
    if replay != nil && targets.count != 1 { Self.usage("--replay needs one target, by --targets") }
  }

  private static func number(_ text: String) -> Int {
    guard let number = Int(text), number >= 0 else { usage("'\(text)' is no number") }
    return number
  }

  static func usage(_ fault: String) -> Never {
    print(
      "\(fault); Fuzzers (--inputs COUNT | --seconds COUNT | --replay FILE) [--targets NAME,…] [--without NAME,…] [--seed N] [--corpus DIR] [--crash FILE]"
    )
    exit(64)
  }
}
