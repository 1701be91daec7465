import ArgumentParser
import Evaluation
import Imaging
import PipelineRunner

/// `grisea evaluate --prediction P --reference R`, or `--compare A B` in place of one set of predictions
struct Evaluate: StageCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare segmentations with references: overlap, surface distances, volumes, statistics.",
    discussion: """
      Predictions and references are paired by subject (sub-…, ses-…, run-… of their names). Prints Dice, and the means \
      of the 95 % Hausdorff distance, of the average surface distance and of the volume difference. The output holds \
      these and Jaccard, sensitivity, specificity, precision, volume similarity, Cohen's kappa, volumes in ml, the \
      Hausdorff distance, the surface Dice, connected components, and bootstrap intervals of the means.

      With --compare the second set is compared with the first, subject by subject: mean difference with its bootstrap \
      interval, p of a paired permutation test, and Cohen's d of paired values.

      Examples:
        grisea evaluate --prediction out --reference 'truth/*_dseg.nii.gz' --output scores.tsv
        grisea evaluate --compare out-a out-b --reference truth --output comparison.tsv
      """)

  @OptionGroup(title: "Files") var input: EvaluationInput

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Write this table, and a JSON of the same name beside it.", valueName: "tsv"))
  var output: String?

  @Flag(help: "Print all scores as JSON.")
  var json = false

  @OptionGroup(title: "Scores") var options: EvaluationOptions

  func run() throws { try input.scoring(options.settings).run(output: output, json: json) }

  func declaration() throws -> StageDeclaration {
    StageDeclaration(
      inputs: input.words.filter { !ImageFiles.isPattern($0) } + input.tableFiles,
      inputPatterns: input.words.filter(ImageFiles.isPattern),
      outputs: output.map { [$0, ScoreTable.jsonPath(beside: $0)] } ?? [])
  }
}
