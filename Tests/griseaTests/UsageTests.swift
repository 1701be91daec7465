import Testing

/// What every command has in common.
@Suite("Usage")
struct UsageTests {
  private let place: Workplace

  init() throws { place = try Workplace() }

  /// Command, the options that users are promised, and the least that it needs.
  static let commands: [(name: String, options: [String], required: String)] = [
    ("inspect", ["--json"], "<images>"),
    ("preprocess", ["--output", "--orientation", "--spacing", "--scaling", "--quiet"], "--output"),
    (
      "train",
      [
        "--images", "--labels", "--pairs", "--label-table", "--validation", "--epochs", "--minutes", "--seed",
        "--threads", "--output", "--resume", "--quiet",
      ], "--output"
    ),
    (
      "segment",
      [
        "--model", "--output", "--probabilities", "--largest-component", "--picture", "--threads", "--quiet",
      ], "--output"
    ),
    (
      "evaluate",
      ["--prediction", "--reference", "--label-table", "--reference-table", "--output", "--json"],
      "--reference"
    ),
    ("run", ["--set", "--dry-run", "--provenance", "--quiet"], "<pipeline>"),
  ]

  @Test("--help goes to standard output and tells of every option", arguments: commands)
  func help(name: String, options: [String], required: String) throws {
    let outcome = try place.grisea("\(name) --help")
    #expect(outcome.status == 0)
    #expect(outcome.error.isEmpty)
    for option in options {
      #expect(
        outcome.output.contains {
          $0.trimmingPrefix { $0 == " " }.hasPrefix(option) || $0.contains(", \(option)")
        }, "\(option)")
    }
    #expect(try place.grisea("help \(name)").output == outcome.output)
    #expect(try place.grisea("--help").output.contains { $0.hasPrefix("  \(name) ") })
  }

  @Test("an unknown option is wrong usage, and is named on standard error", arguments: commands.map(\.name))
  func unknownOption(name: String) throws {
    let outcome = try place.grisea("\(name) --no-such-option")
    #expect(outcome.status == 64)
    #expect(outcome.output.isEmpty)
    #expect(outcome.error.contains { $0.contains("--no-such-option") || $0.contains("Missing expected") })
  }

  @Test("what is missing is wrong usage, and is named on standard error", arguments: commands)
  func missing(name: String, options: [String], required: String) throws {
    let arguments = [
      "preprocess": "a.nii", "segment": "a.nii --model m", "train": "--pairs p", "evaluate": "--prediction p",
    ]
    let outcome = try place.grisea("\(name) \(arguments[name] ?? "")")
    #expect(outcome.status == 64)
    #expect(outcome.output.isEmpty)
    #expect(
      outcome.error.first?.hasPrefix("Error: Missing expected argument '\(required)") == true,
      "\(outcome.error)")
  }

  @Test("--version is a number")
  func version() throws {
    let outcome = try place.grisea("--version")
    #expect(outcome.status == 0)
    #expect(outcome.output.count == 1)
    #expect(outcome.output[0].wholeMatch(of: /\d+\.\d+\.\d+/) != nil)
  }
}
