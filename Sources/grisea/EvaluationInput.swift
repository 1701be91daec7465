import ArgumentParser
import Evaluation
import Imaging

/// What `evaluate` reads, and what the labels in it mean.
struct EvaluationInput: ParsableArguments {
  @Option(help: "Segmentations to judge: a file, a folder or a pattern.")
  var prediction: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Two sets of segmentations to judge against each other, each a file, a folder or a quoted pattern.",
      valueName: "first> <second"))
  var compare: [String] = []

  @Option(help: "What they should be: a file, a folder or a pattern.")
  var reference: String

  @Option(help: "What the predictions' labels mean: bids, freesurfer, brainweb, ibsr or a TSV.")
  var labelTable = "bids"

  @Option(help: "What the references' labels mean (default: bids).")
  var referenceTable = "bids"

  @Option(
    help: ArgumentHelp(
      "Masks to score in, a file or a pattern, paired by subject: voxels outside do not count.",
      valueName: "mask"))
  var mask: String?

  @Option(
    help: """
      Probability maps of the predictions, files named …_label-GM_probseg and so on: soft Dice, Brier score and \
      calibration error are added.
      """)
  var probabilities: String?

  func validate() throws {
    guard (prediction == nil) != compare.isEmpty else {
      throw ValidationError("needed is either --prediction or --compare")
    }
    guard prediction != nil || compare.count == 2 else {
      throw ValidationError(
        "--compare \(compare.joined(separator: " ")): needed two sets, found \(compare.count); put patterns in quotes"
      )
    }
    guard probabilities == nil || prediction != nil else {
      throw ValidationError("--probabilities goes with --prediction, not with --compare")
    }
    do {
      for table in [labelTable, referenceTable] { _ = try LabelTable(nameOrPath: table) }
    } catch {
      throw ValidationError("\(error)")
    }
  }

  /// The one set of predictions, or the two that are compared.
  var sets: [String] { prediction.map { [$0] } ?? compare }

  /// All words that stand for images.
  var words: [String] { sets + [reference] + [mask, probabilities].compactMap { $0 } }

  /// Tables that are files.
  var tableFiles: [String] { [labelTable, referenceTable].filter { LabelTable.named($0) == nil } }

  /// Scores of each of the sets; `failed` is told of every file without scores.
  func scores(_ settings: ScoreSettings, failed: (any Error) -> Void) throws -> [ScoreTable] {
    var evaluator = Evaluator(
      predictionTable: try LabelTable(nameOrPath: labelTable),
      referenceTable: try LabelTable(nameOrPath: referenceTable), settings: settings)
    evaluator.probabilities = try probabilities.map { try ProbabilityMaps($0) }
    return try sets.map { set in
      let (pairs, unpaired) = EvaluationPair.pairs(predictions: set, references: reference)
      evaluator.masks = try mask.map { try ScanMasks($0, for: pairs.map(\.prediction)) }
      unpaired.forEach(failed)
      return evaluator.scores(
        of: pairs, read: { path in try NIfTIImage(contentsOf: path).labelMap() }, failed: failed)
    }
  }
}
