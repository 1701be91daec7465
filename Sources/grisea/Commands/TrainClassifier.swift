import ArgumentParser
import Foundation
import LatentSpace
import PipelineRunner
import Statistics

/// `grisea train-classifier --images PATTERN --participants TSV --target COLUMN --output MODEL`
struct TrainClassifier: StageCommand, ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "train-classifier",
    abstract: "Train a network that predicts one of two classes of participants from their maps.",
    discussion: """
      The maps are those of `grisea register`. Cross-validation measures how well unseen participants are classified. \
      Writes the model, which is trained on all maps in the end, NAME_scores.tsv with a JSON beside it, and \
      NAME_saliency.nii.gz: how the prediction rises with each voxel. `grisea encode` uses the model.

      Example:
        grisea train-classifier --images 'maps/*.nii.gz' --target sex \\
          --participants participants.tsv --output sex.safetensors
      """)

  @OptionGroup(title: "Files") var files: MapTrainingOptions

  @Option(
    help: ArgumentHelp(
      "Read the participants from this table, one row for each. May be repeated.", valueName: "tsv"))
  var participants: [String]

  @Option(help: ArgumentHelp("Predict this column, which has two values.", valueName: "column"))
  var target: String

  @Option(
    help: ArgumentHelp(
      "Keep rows with the same value of this column on one side of a fold. (default: the participant)",
      valueName: "column"))
  var group: String?

  @OptionGroup(title: "Training") var training: ClassifierOptions
  @OptionGroup(title: "Computing") var seed: SeedOptions
  @OptionGroup(title: "Computing") var threads: ThreadOptions
  @OptionGroup var reporting: ReportingOptions

  func run() throws {
    try OutputFolder.make(forFile: files.output)
    let classification = try MapClassification(
      files.maps(), participants: participants.map { try ParticipantTable(contentsOf: $0) }, target: target,
      group: group, settings: training.settings(seed: seed.seed),
      configuration: training.training(seed: seed.seed), threads: threads.count)
    var progress = Progress(
      "networks trained", total: classification.trainingCount, isSilent: reporting.quiet)
    let outcome = try classification.run { progress.update($0) }
    progress.finish()
    try outcome.saliency.write(to: saliency)
    let written = try outcome.report.write(to: scores)
    try outcome.model.write(to: files.output, program: "grisea \(Grisea.configuration.version)")
    print(outcome.report.text)
    print(([files.output, saliency] + written).joined(separator: "\n"))
  }

  private var stem: String { (files.output as NSString).deletingPathExtension }
  private var scores: String { stem + "_scores.tsv" }
  private var saliency: String { stem + "_saliency.nii.gz" }

  func declaration() throws -> StageDeclaration {
    StageDeclaration(
      inputs: participants + files.operands.inputs, inputPatterns: files.operands.patterns,
      outputs: [files.output, saliency, scores, AssociationReport.jsonPath(beside: scores)])
  }
}
