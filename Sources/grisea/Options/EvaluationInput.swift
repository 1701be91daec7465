import ArgumentParser
import Evaluation
import Files
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
  var reference: String?

  @Option(
    help: ArgumentHelp(
      "Both, where names do not tell what belongs together: a table with the columns prediction and reference.",
      valueName: "tsv"))
  var pairs: String?

  @Option(help: "What the predictions' labels mean: bids, freesurfer, brainweb, ibsr, fsl or a TSV.")
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
    guard [prediction != nil, !compare.isEmpty, pairs != nil].count(where: \.self) == 1 else {
      throw ValidationError("needed is either --prediction or --compare, or --pairs")
    }
    guard (reference == nil) == (pairs != nil) else {
      throw ValidationError(
        pairs == nil
          ? "Missing expected argument '--reference <reference>'"
          : "--pairs names the references too; leave out --reference")
    }
    guard compare.isEmpty || compare.count == 2 else {
      throw ValidationError(
        "--compare \(compare.joined(separator: " ")): needed two sets, found \(compare.count); put patterns in quotes"
      )
    }
    guard probabilities == nil || compare.isEmpty else {
      throw ValidationError("--probabilities goes with --prediction, not with --compare")
    }
    do {
      for table in [labelTable, referenceTable] { _ = try LabelTable(nameOrPath: table) }
    } catch {
      throw ValidationError("\(error)")
    }
  }

  /// The one set of predictions, or the two that are compared.
  var sets: [String] { (prediction ?? pairs).map { [$0] } ?? compare }

  /// All words that stand for images.
  var words: [String] {
    let listed = pairs.flatMap { try? EvaluationPair.pairs(table: $0) } ?? []
    return sets + [reference, mask, probabilities].compactMap { $0 }
      + listed.flatMap { [$0.prediction, $0.reference] }
  }

  /// Tables that are files.
  var tableFiles: [String] { [labelTable, referenceTable].filter { LabelTable.named($0) == nil } }

  /// Scores of each of the sets; `failed` is told of every file without scores, `warned` of tables of labels that do not
  /// seem to be those of the files.
  func scores(
    _ settings: ScoreSettings, warned: (String) -> Void, failed: (any Error) -> Void
  ) throws -> [ScoreTable] {
    var evaluator = Evaluator(
      predictionTable: try LabelTable(nameOrPath: labelTable),
      referenceTable: try LabelTable(nameOrPath: referenceTable), settings: settings)
    evaluator.probabilities = try probabilities.map { try ProbabilityMaps($0) }
    return try sets.map { set in
      let (pairs, unpaired) =
        if let reference {
          EvaluationPair.pairs(predictions: set, references: reference)
        } else {
          (try EvaluationPair.pairs(table: set), [])
        }
      evaluator.masks = try mask.map { try ScanMasks($0, for: pairs.map(\.prediction)) }
      unpaired.forEach(failed)
      var doubts: [LabelTableDoubt] = []
      let table = evaluator.scores(
        of: pairs, read: { path in try NIfTIImage(contentsOf: path).labelMap() },
        doubted: { doubts.append($0) }, failed: failed)
      LabelTableDoubt.sentences(doubts, of: pairs.count, options: ("--label-table", "--reference-table"))
        .forEach(warned)
      return table
    }
  }
}
