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
        grisea train-autoencoder --images 'maps/*_probseg.nii.gz' --validation 0.2 --output ae.safetensors
        grisea train-autoencoder --images 'maps/*_probseg.nii.gz' --method pca --output pca.safetensors
      """)

  @OptionGroup(title: "Files") var files: MapTrainingOptions

  @Option(help: ArgumentHelp("Hold this share of the participants out for validation.", valueName: "share"))
  var validation = 0.0

  @Option(
    help: ArgumentHelp(
      "Train an autoencoder, a variational autoencoder, or principal components (pca).", valueName: "method"))
  var method = LatentTrainer.Configuration.Method.autoencoder

  @Option(help: "Encode a map as this many features.")
  var latentSize = 32

  @Option(help: "Train for this many epochs. (default: 100)")
  var epochs: Int?

  @Option(help: "Take this many maps in a step. (default: 8)")
  var batchSize: Int?

  @Option(help: "Highest learning rate, after warm-up. (default: 3e-3)")
  var learningRate: Float?

  @Option(help: "Use this many resolutions. (default: 3)")
  var levels: Int?

  @Option(help: "Use this many channels at the first resolution; they double with each. (default: 16)")
  var channels: Int?

  @Option(help: "Reconstruct the maps held out after every so many epochs. (default: 10)")
  var validationInterval: Int?

  @OptionGroup var seed: SeedOptions
  @OptionGroup var threads: ThreadOptions
  @OptionGroup var reporting: ReportingOptions

  func validate() throws {
    guard (0..<1).contains(validation) else {
      throw ValidationError("--validation \(validation): needed a share of at least 0 and below 1")
    }
    try CountOptions.check([
      ("latent-size", latentSize, 1_000_000), ("epochs", epochs, 1_000_000_000),
      ("batch-size", batchSize, 10_000), ("levels", levels, 8), ("channels", channels, 10_000),
      ("validation-interval", validationInterval, 1_000_000_000),
    ])
    try CountOptions.check(learningRate: learningRate)
    guard validationInterval == nil || validation > 0 else {
      throw ValidationError("--validation-interval needs --validation, whose maps are reconstructed")
    }
    guard method == .pca else { return }
    let network: [(String, Bool)] = [
      ("--epochs", epochs != nil), ("--steps-per-epoch", files.stepsPerEpoch != nil),
      ("--batch-size", batchSize != nil), ("--learning-rate", learningRate != nil),
      ("--levels", levels != nil), ("--channels", channels != nil),
      ("--validation-interval", validationInterval != nil),
    ]
    for (option, isGiven) in network where isGiven {
      throw ValidationError("\(option): needs a network; --method pca has none")
    }
  }

  func run() throws {
    try OutputFolder.check(forFile: files.output)
    let (training, held) = try files.maps().split(validation: validation, seed: seed.seed)
    var progress = Progress("training", total: 1000, isSilent: reporting.quiet)
    let outcome = try LatentTrainer(settings, threads: threads.count).run(
      training: training, validation: held
    ) { progress.update($0.step * 1000 / $0.steps, note: String(format: "loss %.4f", $0.loss)) }
    progress.finish()
    try outcome.model.write(to: files.output, program: "grisea \(Grisea.configuration.version)")
    print("\(outcome.text)\n\(files.output)")
    if let table = outcome.log {
      try table.write(to: log)
      print(log)
    }
  }

  private var settings: LatentTrainer.Configuration {
    var settings = LatentTrainer.Configuration()
    settings.method = method
    settings.latentSize = latentSize
    settings.epochs = epochs ?? settings.epochs
    settings.stepsPerEpoch = files.stepsPerEpoch ?? settings.stepsPerEpoch
    settings.validationInterval = validationInterval ?? settings.validationInterval
    settings.levels = levels ?? settings.levels
    settings.channels = channels ?? settings.channels
    settings.batchSize = batchSize ?? settings.batchSize
    settings.schedule.peak = learningRate ?? settings.schedule.peak
    settings.seed = seed.seed
    return settings
  }

  private var log: String { Trainer.Files(model: files.output).log }

  func declaration() throws -> StageDeclaration {
    StageDeclaration(
      inputPatterns: [files.images], outputs: [files.output] + (method == .pca ? [] : [log]))
  }
}

extension LatentTrainer.Configuration.Method: ExpressibleByArgument {}
