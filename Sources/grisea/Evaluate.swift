import ArgumentParser
import Evaluation
import Foundation
import Imaging
import PipelineRunner

/// `grisea evaluate --prediction P --reference R`, or `--compare A B` in place of one set of predictions
struct Evaluate: StageCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compares segmentations with references: overlap, surface distances, volumes, statistics.",
    discussion: """
      Predictions and references are files, folders or quoted patterns, paired by subject (sub-…, ses-…, run-… \
      of their names). To the screen go Dice, and the means of the Hausdorff distance without the farthest 5 %, of \
      the average distance between surfaces, and of the volume in excess. To the output go these and Jaccard, \
      sensitivity, specificity, precision, volume similarity, Cohen's kappa, volumes in ml and their differences, \
      the Hausdorff distance, the surface Dice, connected parts, and the mean's bootstrap interval.

      With --compare the second set of predictions is judged against the first, subject by subject: mean difference, \
      its bootstrap interval, the p of a paired permutation test, and Cohen's d of paired values.
      """)

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

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Table to write; a JSON of the same name is written beside it.", valueName: "tsv"))
  var output: String?

  @Flag(help: "Print all scores as JSON.")
  var json = false

  @OptionGroup var options: EvaluationOptions

  func run() throws {
    var evaluator = Evaluator(
      predictionTable: try LabelTable(nameOrPath: labelTable),
      referenceTable: try LabelTable(nameOrPath: referenceTable), settings: options.settings)
    evaluator.probabilities = try probabilities.map { try ProbabilityMaps($0) }
    var failures = 0
    let tables = try sets.map { set in
      try evaluator.scores(of: set, against: reference, masks: mask) {
        StandardError.print("\($0)")
        failures += 1
      }
    }
    if tables.count == 2 {
      let comparison = ScoreComparison(tables[0], named: sets[0], tables[1], named: sets[1])
      if !comparison.subjects.isEmpty {
        try report(text: comparison.text, json: comparison.json, write: comparison.write)
      }
    } else if !tables[0].rows.isEmpty {
      try report(text: tables[0].text, json: tables[0].json, write: tables[0].write)
    }
    if failures > 0 { throw ExitCode.failure }
  }

  /// The one set of predictions, or the two that are compared.
  private var sets: [String] { prediction.map { [$0] } ?? compare }

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

  private func report(
    text: @autoclosure () -> String, json document: () throws -> Data, write: (String) throws -> String
  ) throws {
    print(json ? String(decoding: try document(), as: UTF8.self) : text(), terminator: json ? "" : "\n")
    if let output {
      let companion = try write(output)
      if !json { print("\(output)\n\(companion)") }
    }
  }

  func declaration() throws -> StageDeclaration {
    let words = sets + [reference] + [mask, probabilities].compactMap { $0 }
    let tables = [labelTable, referenceTable].filter { LabelTable.named($0) == nil }
    return StageDeclaration(
      inputs: words.filter { !ImageFiles.isPattern($0) } + tables,
      inputPatterns: words.filter(ImageFiles.isPattern),
      outputs: output.map { [$0, ScoreTable.jsonPath(beside: $0)] } ?? [])
  }
}

extension Evaluator {
  /// Scores of one set of predictions, as a user typed it; `failed` is told of every file without scores.
  fileprivate func scores(
    of predictions: String, against references: String, masks: String?, failed: (any Error) -> Void
  ) throws -> ScoreTable {
    let (pairs, unpaired) = EvaluationPair.pairs(predictions: predictions, references: references)
    var evaluator = self
    evaluator.masks = try masks.map { try ScanMasks($0, for: pairs.map(\.prediction)) }
    unpaired.forEach(failed)
    return evaluator.scores(
      of: pairs, read: { path in try NIfTIImage(contentsOf: path).labelMap() }, failed: failed)
  }
}
