import ArgumentParser
import Foundation
import LatentSpace
import PipelineRunner
import Segmentation

/// `grisea train-autoencoder --images PATTERN --output MODEL`
struct TrainAutoencoder: StageCommand, ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "train-autoencoder",
    abstract: "Train a latent space of maps: an autoencoder, a variational one, or principal components.",
    discussion: """
      The maps are those of `grisea register`. Writes the model and, for networks, model.log.tsv with the loss of each \
      epoch, and prints the reconstruction error. `grisea encode` and `grisea reconstruct` use the model.

      Examples:
        grisea train-autoencoder --images 'maps/*.nii.gz' --output ae.safetensors
        grisea train-autoencoder --images 'maps/*.nii.gz' --method pca -o pca.safetensors
      """)

  @OptionGroup(title: "Files") var files: MapTrainingOptions
  @OptionGroup(title: "Training") var training: AutoencoderOptions
  @OptionGroup(title: "Computing") var seed: SeedOptions
  @OptionGroup(title: "Computing") var threads: ThreadOptions
  @OptionGroup var reporting: ReportingOptions

  func run() throws {
    try OutputFolder.make(forFile: files.output)
    let (maps, held) = try files.maps().split(validation: training.validation, seed: seed.seed)
    var progress = Progress("training", total: 1000, isShare: true, isSilent: reporting.quiet)
    let trainer = LatentTrainer(training.settings(seed: seed.seed), threads: threads.count)
    let outcome = try trainer.run(training: maps, validation: held) {
      progress.update($0.step * 1000 / $0.steps, note: String(format: "loss %.4f", $0.loss))
    }
    progress.finish()
    try outcome.model.write(to: files.output, program: "grisea \(Grisea.configuration.version)")
    print("\(outcome.text)\n\(files.output)")
    if let table = outcome.log {
      try table.write(to: log)
      print(log)
    }
  }

  private var log: String { Trainer.Files(model: files.output).log }

  func declaration() throws -> StageDeclaration {
    StageDeclaration(
      inputs: files.operands.inputs, inputPatterns: files.operands.patterns,
      outputs: [files.output] + (training.method == .pca ? [] : [log]))
  }
}
