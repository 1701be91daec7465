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

  @OptionGroup var input: EvaluationInput

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Table to write; a JSON of the same name is written beside it.", valueName: "tsv"))
  var output: String?

  @Flag(help: "Print all scores as JSON.")
  var json = false

  @OptionGroup var options: EvaluationOptions

  func run() throws {
    var failures = 0
    let tables = try input.scores(
      options.settings, warned: { StandardError.print("warning: \($0)") },
      failed: {
        StandardError.print("\($0)")
        failures += 1
      })
    if tables.count == 2 {
      let comparison = ScoreComparison(tables[0], named: input.sets[0], tables[1], named: input.sets[1])
      if !comparison.subjects.isEmpty {
        for warning in comparison.warnings { StandardError.print("warning: \(warning)") }
        try report(text: comparison.text, json: comparison.json, write: comparison.write)
      }
    } else if !tables[0].rows.isEmpty {
      try report(text: tables[0].text, json: tables[0].json, write: tables[0].write)
    }
    if failures > 0 { throw ExitCode.failure }
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
    StageDeclaration(
      inputs: input.words.filter { !ImageFiles.isPattern($0) } + input.tableFiles,
      inputPatterns: input.words.filter(ImageFiles.isPattern),
      outputs: output.map { [$0, ScoreTable.jsonPath(beside: $0)] } ?? [])
  }
}
