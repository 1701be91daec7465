import ArgumentParser
import Evaluation
import Imaging
import Statistics

/// The files that `evaluate` reads, and the meaning of their labels.
struct EvaluationInput: ParsableArguments {
  @Option(help: "Score these segmentations: a file, a folder or a quoted pattern.")
  var prediction: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Compare two sets of segmentations, each a file, a folder or a quoted pattern.",
      valueName: "first> <second"))
  var compare: [String] = []

  @Option(help: "Score against these references: a file, a folder or a quoted pattern.")
  var reference: String?

  @Option(
    help: ArgumentHelp(
      "Read both from a table with the columns prediction and reference.", valueName: "tsv"))
  var pairs: String?

  @OptionGroup var labels: LabelTableOptions

  @Option(
    help: "Read the references' labels by this table. (default: bids; with --per-label that of --label-table)"
  )
  var referenceTable: String?

  @Flag(
    help:
      "Score each label instead of each tissue; with --label-table freesurfer, the structures of aseg."
  )
  var perLabel = false

  @Option(
    help: ArgumentHelp(
      "Score only inside these masks: a file, or a folder or quoted pattern, matched by subject.",
      valueName: "mask"))
  var mask: String?

  @Option(
    help:
      "Add soft Dice, Brier score and calibration error from these probability maps, named …_label-GM_probseg and so on."
  )
  var probabilities: String?

  func validate() throws {
    guard [prediction != nil, !compare.isEmpty, pairs != nil].count(where: \.self) == 1 else {
      throw ValidationError("needed one of --prediction, --compare and --pairs")
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
    guard probabilities == nil || !perLabel else {
      throw ValidationError("--probabilities and --per-label: probability maps are of tissues; leave one out")
    }
    guard probabilities == nil || compare.isEmpty else {
      throw ValidationError("--probabilities needs --prediction or --pairs, not --compare")
    }
    if let referenceTable { try LabelTableOptions.check(referenceTable) }
    if perLabel, let referenceTable, referenceTable != labels.name {
      throw ValidationError(
        "--per-label compares labels by their numbers, so both maps need one table; leave out --reference-table \(referenceTable)"
      )
    }
  }

  /// The comparison of these files.
  func scoring(_ settings: ScoreSettings) -> Scoring {
    Scoring(
      sets: sets, reference: reference, mask: mask, probabilities: probabilities, labelTable: labels.name,
      referenceTable: referencesTable, scoresLabels: perLabel, settings: settings)
  }

  private var sets: [String] { (prediction ?? pairs).map { [$0] } ?? compare }

  private var referencesTable: String {
    referenceTable ?? (perLabel ? labels.name : LabelTable.bids.name)
  }

  /// All words that stand for images.
  var words: [String] {
    let listed = pairs.flatMap { try? EvaluationPair.pairs(table: $0) } ?? []
    return sets + [reference, mask, probabilities].compactMap { $0 }
      + listed.flatMap { [$0.prediction, $0.reference] }
  }

  /// The label tables that are files.
  var tableFiles: [String] {
    labels.files + (LabelTable.named(referencesTable) == nil ? [referencesTable] : [])
  }
}

/// The settings of scores and of their statistics.
struct EvaluationOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Count surfaces as equal up to this distance in mm (surface Dice).", valueName: "mm"))
  var tolerance = 1.0

  @Option(
    help: ArgumentHelp(
      """
      Scores of empty masks. perfect: if both masks are empty, Dice is 1 and the distance 0; if one is empty, Dice is 0 \
      and the distance n/a. omit: if both are empty, there are no scores. penalize: as perfect, but if one is empty, the \
      distance is the diagonal of the image.
      """, valueName: "perfect | omit | penalize"))
  var empty = EmptyMasks.perfect

  @Option(help: ArgumentHelp("Confidence level of the intervals.", valueName: "share"))
  var confidence = 0.95

  @Option(help: ArgumentHelp("Draw this many bootstrap samples and permutations.", valueName: "count"))
  var resamples = 10_000

  @OptionGroup var seed: SeedOptions

  func validate() throws {
    guard tolerance >= 0, tolerance.isFinite else {
      throw ValidationError("--tolerance \(tolerance): needed a length in mm, 0 or more")
    }
    guard confidence > 0, confidence < 1 else {
      throw ValidationError("--confidence \(confidence): needed a share between 0 and 1, such as 0.95")
    }
    guard resamples > 0 else {
      throw ValidationError("--resamples \(resamples): needed a number of at least 1")
    }
  }

  var settings: ScoreSettings {
    ScoreSettings(
      tolerance: tolerance, empty: empty,
      resampling: Resampling(seed: seed.seed, count: resamples, confidence: confidence))
  }
}

extension EmptyMasks: ExpressibleByArgument {}
