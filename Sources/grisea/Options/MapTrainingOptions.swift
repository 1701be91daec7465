import ArgumentParser
import Imaging
import LatentSpace
import Statistics

/// The files of trainings on maps of a common space.
struct MapTrainingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Train on these maps, which `grisea register` has written: a folder or a quoted pattern.",
      valueName: "pattern"))
  var images: String

  @Option(name: .shortAndLong, help: ArgumentHelp("Write this model file.", valueName: "safetensors"))
  var output: String

  /// Reads the maps.
  /// - Throws: `ImageFilesError`, `NIfTIError`, `LatentError`.
  func maps() throws -> MapSet { try MapSet(operands.paths()) }

  /// The maps as operands.
  var operands: ImageOperands { ImageOperands([images], .normalizedMaps) }
}

/// The settings of `LatentTrainer` that have an option.
struct AutoencoderOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Train an autoencoder, a variational autoencoder, or principal components (pca).",
      valueName: "method"))
  var method = LatentTrainer.Configuration.Method.autoencoder

  @Option(help: ArgumentHelp("Encode a map as this many features.", valueName: "count"))
  var latentSize = 32

  @Option(help: ArgumentHelp("Hold this share of the participants out for validation.", valueName: "share"))
  var validation = 0.0

  @Option(help: ArgumentHelp("Train for this many epochs. (default: 100)", valueName: "count"))
  var epochs: Int?

  @Option(help: ArgumentHelp("Take this many steps in an epoch. (default: 25)", valueName: "count"))
  var stepsPerEpoch: Int?

  @Option(help: ArgumentHelp("Take this many maps in a step. (default: 8)", valueName: "count"))
  var batchSize: Int?

  @Option(help: ArgumentHelp("Highest learning rate, after warm-up. (default: 3e-3)", valueName: "rate"))
  var learningRate: Float?

  @Option(help: ArgumentHelp("Use this many resolutions. (default: 3)", valueName: "count"))
  var levels: Int?

  @Option(
    help: ArgumentHelp(
      "Use this many channels at the first resolution; they double with each. (default: 16)",
      valueName: "count"))
  var channels: Int?

  @Option(
    help: ArgumentHelp(
      "Reconstruct the maps held out after every so many epochs. (default: 10)", valueName: "count"))
  var validationInterval: Int?

  func validate() throws {
    guard (0..<1).contains(validation) else {
      throw ValidationError("--validation \(validation): needed a share of at least 0 and below 1")
    }
    try CountOptions.check([
      ("latent-size", latentSize, 1_000_000), ("epochs", epochs, 1_000_000_000),
      ("steps-per-epoch", stepsPerEpoch, 1_000_000_000), ("batch-size", batchSize, 10_000),
      ("levels", levels, 8), ("channels", channels, 10_000),
      ("validation-interval", validationInterval, 1_000_000_000),
    ])
    try CountOptions.check(learningRate: learningRate)
    guard validationInterval == nil || validation > 0 else {
      throw ValidationError("--validation-interval needs --validation, whose maps are reconstructed")
    }
    guard method == .pca else { return }
    let network: [(String, Bool)] = [
      ("--epochs", epochs != nil), ("--steps-per-epoch", stepsPerEpoch != nil),
      ("--batch-size", batchSize != nil), ("--learning-rate", learningRate != nil),
      ("--levels", levels != nil), ("--channels", channels != nil),
      ("--validation-interval", validationInterval != nil),
    ]
    for (option, isGiven) in network where isGiven {
      throw ValidationError("\(option): needs a network; --method pca has none")
    }
  }

  /// Returns the settings of a training.
  func settings(seed: UInt64) -> LatentTrainer.Configuration {
    var settings = LatentTrainer.Configuration()
    settings.method = method
    settings.latentSize = latentSize
    settings.epochs = epochs ?? settings.epochs
    settings.stepsPerEpoch = stepsPerEpoch ?? settings.stepsPerEpoch
    settings.validationInterval = validationInterval ?? settings.validationInterval
    settings.levels = levels ?? settings.levels
    settings.channels = channels ?? settings.channels
    settings.batchSize = batchSize ?? settings.batchSize
    settings.schedule.peak = learningRate ?? settings.schedule.peak
    settings.seed = seed
    return settings
  }
}

/// The settings of `MapClassification` and of its networks that have an option.
struct ClassifierOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Cross-validate with this many folds. (default: 10)", valueName: "count"))
  var folds: Int?

  @Option(
    help: ArgumentHelp(
      "Test against this many permutations of the target, each as long as the training of all folds.",
      valueName: "count"))
  var permutations = 0

  @Option(help: ArgumentHelp("Train each network for this many epochs. (default: 20)", valueName: "count"))
  var epochs: Int?

  @Option(help: ArgumentHelp("Take this many steps in an epoch. (default: 25)", valueName: "count"))
  var stepsPerEpoch: Int?

  @Option(help: ArgumentHelp("Take this many maps in a step. (default: 16)", valueName: "count"))
  var batchSize: Int?

  @Option(help: ArgumentHelp("Highest learning rate, after warm-up. (default: 1e-3)", valueName: "rate"))
  var learningRate: Float?

  /// Refused by name, because `associate` has it.
  @Option(help: .hidden)
  var covariates: String?

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
    try CountOptions.check([
      ("epochs", epochs, 1_000_000_000), ("steps-per-epoch", stepsPerEpoch, 1_000_000_000),
      ("batch-size", batchSize, 10_000),
    ])
    try CountOptions.check(learningRate: learningRate)
  }

  /// Returns the settings of folds, permutations and intervals.
  func settings(seed: UInt64) -> Association.Settings {
    var settings = Association.Settings()
    settings.permutations = permutations
    settings.validation.folds = folds ?? settings.validation.folds
    settings.validation.seed = seed
    settings.resampling = Resampling(seed: seed, count: settings.resampling.count)
    return settings
  }

  /// Returns the settings of each network's training.
  func training(seed: UInt64) -> ClassifierTraining.Configuration {
    var configuration = ClassifierTraining.Configuration()
    configuration.epochs = epochs ?? configuration.epochs
    configuration.stepsPerEpoch = stepsPerEpoch ?? configuration.stepsPerEpoch
    configuration.batchSize = batchSize ?? configuration.batchSize
    configuration.schedule.peak = learningRate ?? configuration.schedule.peak
    configuration.seed = seed
    return configuration
  }
}

extension LatentTrainer.Configuration.Method: ExpressibleByArgument {}
