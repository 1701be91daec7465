import ArgumentParser
import Evaluation
import Statistics

/// The data and the settings of an association.
struct AssociationOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Read features from this table, one row for each scan, as `grisea encode` writes it.", valueName: "tsv")
  )
  var features: String

  @Option(
    help: ArgumentHelp(
      "Read the participants from this table, one row for each. May be repeated.",
      valueName: "tsv"))
  var participants: [String]

  @Option(help: ArgumentHelp("Predict these columns, separated by commas.", valueName: "column,…"))
  var target: String

  @Option(
    help: ArgumentHelp("Remove these columns from the features, inside the folds.", valueName: "column,…"))
  var covariates: String?

  @Option(
    help: ArgumentHelp(
      "Keep rows with the same value of this column on one side of a fold. (default: the participant)",
      valueName: "column"))
  var group: String?

  @Option(
    help: ArgumentHelp(
      "Evaluate other features of the same scans too: all columns of a table, or these. May be repeated.",
      valueName: "name=tsv[:column,…]"))
  var baseline: [String] = []

  @Option(
    help: ArgumentHelp(
      "Predict by this model: ridge, logistic, pls or mlp. (default: ridge for numbers, logistic for two classes)",
      valueName: "model"))
  var model: PredictionModel?

  @Option(
    help: ArgumentHelp(
      "Treat targets as numbers or as two classes. (default: two classes where there are two values)",
      valueName: "continuous | binary"))
  var kind: TargetMeasure.Kind?

  @Option(help: "Cross-validate with this many folds.")
  var folds = 10

  @Option(help: "Choose the model's strength with this many inner folds.")
  var innerFolds = 5

  @Option(help: "Number of permutations of each target; the smallest possible p is 1 / (permutations + 1).")
  var permutations = 1000

  @Option(help: "Draw this many bootstrap samples for the intervals.")
  var resamples = 2000

  func validate() throws {
    for (name, value, least) in [
      ("folds", folds, 2), ("inner-folds", innerFolds, 2), ("resamples", resamples, 1),
    ]
    where value < least {
      throw ValidationError("--\(name) \(value): needed a number of at least \(least)")
    }
    guard permutations >= 0 else {
      throw ValidationError("--permutations \(permutations): needed a number of at least 0")
    }
    for word in baseline where Baseline(word) == nil {
      throw ValidationError(
        "--baseline \(word): needed a name and a table, such as volumes=volumes.tsv or volumes=volumes.tsv:GM_ml,WM_ml"
      )
    }
    let names = baseline.compactMap { Baseline($0)?.name }
    let reserved = ["features", AssociationInput.covariatesName]
    if let name = names.first(where: { name in reserved.contains(name) || names.count { $0 == name } > 1 }) {
      throw ValidationError(
        "--baseline \(name)=…: needed a name of its own, other than \(reserved.joined(separator: " and "))")
    }
    guard !targets.isEmpty else { throw ValidationError("--target '\(target)': needed the name of a column") }
  }

  var targets: [String] { Self.words(target) }

  var files: [String] { [features] + participants + baseline.compactMap { Baseline($0)?.path } }

  func settings(seed: UInt64) -> Association.Settings {
    var settings = Association.Settings()
    settings.model = model
    settings.kind = kind
    settings.permutations = permutations
    settings.validation.folds = folds
    settings.validation.innerFolds = innerFolds
    settings.validation.seed = seed
    settings.resampling = Resampling(seed: seed, count: resamples)
    return settings
  }

  func read() throws -> AssociationInput {
    try AssociationInput(
      features: DataTable(contentsOf: features),
      participants: participants.map { try ParticipantTable(contentsOf: $0) },
      baselines: baseline.compactMap(Baseline.init).map { ($0.name, try $0.table()) },
      covariates: Self.words(covariates ?? ""), group: group)
  }

  fileprivate static func words(_ text: String) -> [String] {
    text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
  }
}

/// Other features to evaluate: `volumes=group_volumes.tsv:GM_ml,WM_ml`.
private struct Baseline {
  let name, path: String
  /// The columns; empty for all.
  let columns: [String]

  /// Reads a word of the command line. Returns `nil` where it has another form.
  init?(_ word: String) {
    let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { return nil }
    name = parts[0]
    let colon = parts[1].lastIndex(of: ":")
    path = String(colon.map { parts[1][..<$0] } ?? parts[1][...])
    columns = colon.map { AssociationOptions.words(String(parts[1][parts[1].index(after: $0)...])) } ?? []
    if colon != nil, columns.isEmpty { return nil }
  }

  func table() throws -> DataTable {
    let table = try DataTable(contentsOf: path)
    return columns.isEmpty ? table : try table.selecting(columns)
  }
}

extension PredictionModel: ExpressibleByArgument {}
extension TargetMeasure.Kind: ExpressibleByArgument {}
