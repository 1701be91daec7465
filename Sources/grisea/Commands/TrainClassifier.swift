import ArgumentParser
import Foundation
import Imaging
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
        grisea train-classifier --images 'maps/*_probseg.nii.gz' --participants participants.tsv \\
          --target sex --permutations 100 --output sex.safetensors
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

  @Option(help: "Cross-validate with this many folds. (default: 10)")
  var folds: Int?

  @Option(
    help: "Test against this many permutations of the target, each as long as the training of all folds.")
  var permutations = 0

  @Option(help: "Train each network for this many epochs. (default: 20)")
  var epochs: Int?

  @Option(help: "Take this many maps in a step. (default: 16)")
  var batchSize: Int?

  @Option(help: "Highest learning rate, after warm-up. (default: 1e-3)")
  var learningRate: Float?

  /// Refused by name, because `associate` has it.
  @Option(help: .hidden)
  var covariates: String?

  @OptionGroup var seed: SeedOptions
  @OptionGroup var threads: ThreadOptions
  @OptionGroup var reporting: ReportingOptions

  func validate() throws {
    if let covariates {
      throw ValidationError(
        "--covariates \(covariates): a network sees maps only; use `grisea associate --covariates`, which removes "
          + "covariates from features inside the folds")
    }
    if let folds, folds < 2 { throw ValidationError("--folds \(folds): needed at least 2") }
    guard permutations >= 0 else {
      throw ValidationError("--permutations \(permutations): needed a number of at least 0")
    }
    try CountOptions.check([("epochs", epochs, 1_000_000_000), ("batch-size", batchSize, 10_000)])
    try CountOptions.check(learningRate: learningRate)
  }

  func run() throws {
    try OutputFolder.check(forFile: files.output)
    let classification = try MapClassification(
      files.maps(), participants: participants.map { try DataTable(contentsOf: $0) }, target: target,
      group: group, settings: settings, configuration: training, threads: threads.count)
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

  private var settings: Association.Settings {
    var settings = Association.Settings()
    settings.permutations = permutations
    settings.validation.folds = folds ?? settings.validation.folds
    settings.validation.seed = seed.seed
    settings.resampling = Resampling(seed: seed.seed, count: settings.resampling.count)
    return settings
  }

  private var training: ClassifierTraining.Configuration {
    var configuration = ClassifierTraining.Configuration()
    configuration.epochs = epochs ?? configuration.epochs
    configuration.stepsPerEpoch = files.stepsPerEpoch ?? configuration.stepsPerEpoch
    configuration.batchSize = batchSize ?? configuration.batchSize
    configuration.schedule.peak = learningRate ?? configuration.schedule.peak
    configuration.seed = seed.seed
    return configuration
  }

  private var stem: String { (files.output as NSString).deletingPathExtension }
  private var scores: String { stem + "_scores.tsv" }
  private var saliency: String { stem + "_saliency.nii.gz" }

  func declaration() throws -> StageDeclaration {
    StageDeclaration(
      inputs: participants, inputPatterns: [files.images],
      outputs: [files.output, saliency, scores, AssociationReport.jsonPath(beside: scores)])
  }
}
