import TestSupport
import Testing

/// What every command has in common.
@Suite("Usage")
struct UsageTests {
  private let place: Workplace

  init() throws { place = try Workplace() }

  struct Command: Sendable {
    var name: String
    /// What users are promised.
    var options: [String]
    /// The least that it needs, and what it misses without the last part of that.
    var needed: [String], missed: String
  }

  static let commands = [
    Command(name: "inspect", options: ["--json"], needed: ["a.nii"], missed: "<images>"),
    Command(
      name: "preprocess",
      options: [
        "--output", "--orientation", "--spacing", "--shape", "--interpolation", "--smoothing/--no-smoothing",
        "--bias-field", "--clip", "--match", "--match-mask", "--mask", "--scaling", "--force, --anew",
        "--executor", "--shard", "--jobs", "--max-memory", "--threads", "--quiet",
      ],
      needed: ["a.nii", "--output o"], missed: "--output"),
    Command(
      name: "train",
      options: [
        "--images", "--labels", "--pairs", "--label-table", "--validation", "--epochs", "--minutes", "--seed",
        "--threads", "--output", "--resume", "--quiet", "--from", "--levels", "--channels",
        "--maximum-channels",
        "--voxel-blocks", "--refinement", "--skip-connections/--no-skip-connections", "--spacing",
        "--patch-size",
        "--field-of-view", "--standard-contrast", "--learning-rate", "--batch-size", "--folds",
      ], needed: ["--pairs p", "--output o"], missed: "--output"),
    Command(
      name: "train-autoencoder",
      options: [
        "--images", "--output", "--validation", "--method", "--latent-size", "--epochs", "--steps-per-epoch",
        "--batch-size", "--learning-rate", "--levels", "--channels", "--validation-interval", "--seed",
        "--threads", "--quiet",
      ], needed: ["--images i", "--output o"], missed: "--output"),
    Command(
      name: "train-classifier",
      options: [
        "--images", "--output", "--participants", "--target", "--group", "--folds", "--permutations",
        "--epochs", "--steps-per-epoch", "--batch-size", "--learning-rate", "--seed", "--threads", "--quiet",
      ], needed: ["--images i --participants p --output o", "--target t"], missed: "--target"),
    Command(
      name: "calibrate",
      options: ["--images", "--labels", "--label-table", "--output", "--seed", "--precision", "--quiet"],
      needed: ["m --images i --labels l", "--output o"], missed: "--output"),
    Command(
      name: "segment",
      options: [
        "--model", "--output", "--probabilities", "--entropy", "--compact",
        "--largest-component/--no-largest-component", "--views", "--parts",
        "--picture", "--force, --anew",
        "--threads",
        "--quiet",
      ], needed: ["a.nii", "--output o"], missed: "--output"),
    Command(
      name: "evaluate",
      options: [
        "--prediction", "--compare", "--reference", "--pairs", "--label-table", "--reference-table", "--mask",
        "--probabilities", "--tolerance", "--empty", "--confidence", "--resamples", "--seed", "--output",
        "--json",
      ],
      needed: ["--prediction p", "--reference r"], missed: "--reference"),
    Command(
      name: "export", options: ["--onnx", "--safetensors"], needed: ["--onnx o", "m.safetensors"],
      missed: "<accurate | fast | structures | locator | safetensors>"),
    Command(
      name: "register",
      options: ["--template", "--spacing", "--smoothing", "--labels", "--output", "--quiet"],
      needed: ["a.nii --template t", "--output o"], missed: "--output"),
    Command(
      name: "normalize",
      options: [
        "--template", "--modulation", "--smoothing", "--output", "--force, --anew", "--executor", "--shard",
        "--jobs", "--max-memory", "--threads", "--quiet",
      ], needed: ["a.nii", "--output o"], missed: "--output"),
    Command(
      name: "template", options: ["--subset", "--output", "--threads", "--quiet"],
      needed: ["a.nii", "--output tpl-o"], missed: "--output"),
    Command(
      name: "regions", options: ["--maps", "--space", "--atlas", "--output", "--threads", "--quiet"],
      needed: ["dir", "--output o"], missed: "--output"),
    Command(
      name: "vbm",
      options: [
        "--participants", "--test", "--covariates", "--blocks", "--within-blocks", "--permutations", "--tfce",
        "--cluster", "--one-sided", "--significance", "--mask", "--mask-threshold", "--atlas", "--seed",
        "--threads", "--max-memory", "--shard", "--join", "--output", "--quiet",
      ], needed: ["a.nii --output o", "--test t"], missed: "--test"),
    Command(
      name: "encode", options: ["--model", "--output", "--threads"],
      needed: ["a.nii --model m", "--output o"], missed: "--output"),
    Command(
      name: "reconstruct",
      options: ["--model", "--features", "--changes", "--along", "--output", "--threads"],
      needed: ["--model m --features f", "--output o"], missed: "--output"),
    Command(
      name: "associate",
      options: [
        "--features", "--participants", "--target", "--covariates", "--group", "--baseline", "--model",
        "--kind",
        "--folds", "--inner-folds", "--permutations", "--resamples", "--output", "--seed", "--threads",
        "--quiet",
      ], needed: ["--features f --participants p", "--target t"], missed: "--target"),
    Command(
      name: "bids",
      options: [
        "--participant-label", "--session-label", "--n-cpus", "--mem-mb", "--model", "--compact",
        "--views",
        "--force, --anew", "--precision", "--quiet",
      ], needed: ["ds out", "participant"], missed: "<level>"),
    Command(
      name: "run", options: ["--set", "--dry-run", "--provenance", "--quiet"], needed: ["f"],
      missed: "<pipeline>"),
  ]

  @Test("--help goes to standard output and lists every option", arguments: commands)
  func help(command: Command) throws {
    let outcome = try place.grisea("\(command.name) --help")
    #expect(outcome.status == 0)
    #expect(outcome.error.isEmpty)
    for option in command.options {
      let isTold = outcome.output.contains { line in
        let line = line.trimmingPrefix { $0 == " " }
        return line.hasPrefix(option) || line.contains(", \(option)")
      }
      #expect(isTold, "\(option)")
    }
    #expect(try place.grisea("help \(command.name)").output == outcome.output)
    #expect(try place.grisea("--help").output.contains { $0.hasPrefix("  \(command.name) ") })
  }

  @Test("an unknown option is wrong usage, and is named on standard error", arguments: commands)
  func unknownOption(command: Command) throws {
    let words = command.needed.joined(separator: " ")
    let outcome = try place.grisea("\(command.name) \(words) --no-such-option")
    #expect(outcome.status == 64)
    #expect(outcome.output.isEmpty)
    #expect(outcome.error.first?.hasPrefix("Error: Unknown option '--no-such-option'") == true)
  }

  @Test("what is missing is wrong usage, and is named on standard error", arguments: commands)
  func missing(command: Command) throws {
    let words = command.needed.dropLast().joined(separator: " ")
    let outcome = try place.grisea("\(command.name) \(words)")
    #expect(outcome.status == 64)
    #expect(outcome.output.isEmpty)
    let start = "Error: Missing expected argument '\(command.missed)"
    #expect(outcome.error.first?.hasPrefix(start) == true, "\(outcome.error)")
  }

  @Test(
    "a misspelled command or option is named before anything that is missing, with the similar one",
    arguments: [
      ("segmnt x", "command 'segmnt'", "segment"), ("seg x", "command 'seg'", "segment"),
      ("help segmant", "command 'segmant'", "segment"), ("segment --ouput o", "option '--ouput'", "--output"),
      ("segment a.nii --out=o", "option '--out'", "--output"), ("bids --mem 3", "option '--mem'", "--mem-mb"),
      ("train --lables l", "option '--lables'", "--labels"), ("help nosuch", "command 'nosuch'", nil),
      ("nosuch --help", "command 'nosuch'", nil), ("segment --zzzzzz", "option '--zzzzzz'", nil),
    ])
  func misspelled(words: String, unknown: String, similar: String?) throws {
    let outcome = try place.grisea(words)
    #expect(outcome.status == 64)
    #expect(outcome.output.isEmpty)
    let line = "Error: Unknown \(unknown)." + (similar.map { " Did you mean '\($0)'?" } ?? "")
    #expect(outcome.error.first == line, "\(outcome.error)")
  }

  @Test("every option of the help is known: none is called misspelled", arguments: commands)
  func known(command: Command) throws {
    for option in command.options.flatMap({ $0.matches(of: /--[a-z-]+/).map { String($0.output) } }) {
      let outcome = try place.grisea("\(command.name) \(option) --no-such-option")
      #expect(outcome.error.first?.contains("'--no-such-option'") == true, "\(option): \(outcome.error)")
    }
  }

  @Test("a name that is neither a file nor a built-in model is answered with the built-in ones")
  func unknownModel() throws {
    try place.write("", to: "a.nii")
    let outcome = try place.grisea("segment a.nii --model accurat --output o")
    #expect(outcome.status == 1)
    #expect(
      outcome.error == [
        "accurat: neither a file nor a built-in model; the built-in models are accurate and fast"
      ])
  }

  @Test("--version is a number")
  func version() throws {
    let outcome = try place.grisea("--version")
    #expect(outcome.status == 0)
    #expect(outcome.output.count == 1)
    #expect(outcome.output[0].wholeMatch(of: /\d+\.\d+\.\d+/) != nil)
  }
}
