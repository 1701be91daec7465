import ArgumentParser
import Evaluation
import Files
import Foundation
import PipelineRunner
import Statistics

/// `grisea associate --features TSV --participants TSV --target COLUMN`
struct Associate: StageCommand, ReportingCommand {
  static let configuration = CommandConfiguration(
    abstract: "Predict measures of participants from features of their brains, with permutation tests.",
    discussion: """
      Each scan is predicted by a model that was fitted without its group. Scaling, the regression of the features on \
      covariates, and the choice of the model's strength happen inside the folds (nested cross-validation). The \
      covariates alone and the --baseline tables are evaluated in the same way. p is that of a permutation test of the \
      whole procedure; q is corrected for the number of targets (Benjamini and Hochberg).

      Prints and writes r, R2 and the mean absolute error of numbers, and AUC and balanced accuracy of two classes, with \
      bootstrap intervals. Beside the table are a JSON with every prediction, patterns (the change of each feature for \
      one standard deviation of the prediction) and slopes (how the prediction rises with each feature).

      Example:
        grisea associate --features features.tsv --participants participants.tsv --target age,sex \\
          --covariates ICV_ml --output scores.tsv
      """)

  @OptionGroup var input: AssociationOptions

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Write this table, and NAME.json, NAME_patterns.tsv and NAME_slopes.tsv beside it.",
      valueName: "tsv"))
  var output: String?

  @OptionGroup var seed: SeedOptions
  @OptionGroup var threads: ThreadOptions
  @OptionGroup var reporting: ReportingOptions

  func run() throws {
    if let output { try OutputFolder.make(forFile: output) }
    let association = Association(
      try input.read(), settings: input.settings(seed: seed.seed), threads: threads.count)
    let total = association.permutationCount(targets: input.targets.count)
    var progress = Progress("permutations", total: total, isSilent: reporting.quiet)
    let report = try association.run(targets: input.targets) { progress.update($0) }
    progress.finish()
    print(report.text)
    if let output { print(try report.write(to: output).joined(separator: "\n")) }
  }

  func declaration() throws -> StageDeclaration {
    let outputs = output.map {
      [
        $0, AssociationReport.jsonPath(beside: $0), AssociationReport.patternsPath(beside: $0),
        AssociationReport.slopesPath(beside: $0),
      ]
    }
    return StageDeclaration(inputs: input.files, outputs: outputs ?? [])
  }
}
