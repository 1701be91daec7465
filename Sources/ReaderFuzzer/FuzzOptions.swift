import Foundation

/// The command line.
struct FuzzOptions {
  var inputs = Int.max
  var duration = Duration.seconds(1 << 40)
  var seed: UInt64 = 1
  var corpus = "Tests/ImagingTests/Fixtures"
  var crash = "reader-fuzzer.crash"
  var replay: String?

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
      case "--replay": replay = value
      default: Self.usage("unknown option \(name)")
      }
    }
    if replay == nil && inputs == .max && arguments.firstIndex(of: "--seconds") == nil {
      Self.usage("say when to stop")
    }
  }

  private static func number(_ text: String) -> Int {
    guard let number = Int(text), number >= 0 else { usage("'\(text)' is no number") }
    return number
  }

  private static func usage(_ fault: String) -> Never {
    print(
      "\(fault); ReaderFuzzer (--inputs COUNT | --seconds COUNT | --replay FILE) [--seed N] [--corpus DIR] [--crash FILE]"
    )
    exit(64)
  }
}
