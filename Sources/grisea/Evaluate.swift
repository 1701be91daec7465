import ArgumentParser
import Evaluation
import Foundation
import Imaging
import PipelineRunner

/// `grisea evaluate --prediction P --reference R`
struct Evaluate: StageCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compares segmentations with references: Dice and its companions per tissue and subject.",
    discussion: """
      Predictions and references are files, folders or quoted patterns, paired by subject (sub-…, ses-…, run-… \
      of their names). Dice, Jaccard, sensitivity, precision, volumes in ml and relative volume difference go \
      to the output, Dice to the screen. Where prediction and reference are both empty Dice is 1, where just \
      one of them is, 0.
      """)

  @Option(help: "Segmentations to judge: a file, a folder or a pattern.")
  var prediction: String

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
    name: .shortAndLong,
    help: ArgumentHelp("Table to write; a JSON of the same name is written beside it.", valueName: "tsv"))
  var output: String?

  @Flag(help: "Print all scores as JSON.")
  var json = false

  func run() throws {
    var evaluator = Evaluator(
      predictionTable: try LabelTable(nameOrPath: labelTable),
      referenceTable: try LabelTable(nameOrPath: referenceTable))
    let (pairs, unpaired) = EvaluationPair.pairs(predictions: prediction, references: reference)
    evaluator.masks = try mask.map { try ScanMasks($0, for: pairs.map(\.prediction)) }
    var failures = 0
    func fail(_ error: some Error) {
      StandardError.print("\(error)")
      failures += 1
    }
    for error in unpaired { fail(error) }
    let read = { path in try NIfTIImage(contentsOf: path).labelMap() }
    let scores = evaluator.scores(of: pairs, read: read, failed: fail)
    if !scores.rows.isEmpty { try report(scores) }
    if failures > 0 { throw ExitCode.failure }
  }

  func validate() throws {
    do {
      for table in [labelTable, referenceTable] { _ = try LabelTable(nameOrPath: table) }
    } catch {
      throw ValidationError("\(error)")
    }
  }

  private func report(_ scores: ScoreTable) throws {
    print(
      json ? String(decoding: try scores.json(), as: UTF8.self) : scores.text, terminator: json ? "" : "\n")
    if let output {
      let companion = try scores.write(to: output)
      if !json { print("\(output)\n\(companion)") }
    }
  }

  func declaration() throws -> StageDeclaration {
    let words = [prediction, reference] + [mask].compactMap { $0 }
    let tables = [labelTable, referenceTable].filter { LabelTable.named($0) == nil }
    return StageDeclaration(
      inputs: words.filter { !ImageFiles.isPattern($0) } + tables,
      inputPatterns: words.filter(ImageFiles.isPattern),
      outputs: output.map { [$0, ScoreTable.jsonPath(beside: $0)] } ?? [])
  }
}
