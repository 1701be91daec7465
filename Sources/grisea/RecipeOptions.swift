import ArgumentParser
import Imaging
import NeuralNetwork
import Segmentation

/// How a training goes: the settings of `TrainingConfiguration` that have a flag.
struct RecipeOptions: ParsableArguments {
  @Option(help: "Epochs at most.")
  var epochs = 100

  @Option(help: "Steps in an epoch.")
  var stepsPerEpoch = 25

  @Option(help: "Minutes of training at most, reading the images not counted (default: no limit).")
  var minutes: Double?

  @Option(help: "Voxels along each side of a training patch; a multiple of 2^(levels - 1).")
  var patchSize = 96

  @Option(help: "Patches in a step.")
  var batchSize = 2

  @Option(help: "The network's voxel size in mm; images are resampled to it.")
  var spacing = 1.0

  @Option(help: "Resolutions of the autoencoder.")
  var levels = 4

  @Option(help: "Channels at its first level; they double from level to level.")
  var channels = 16

  @Flag(inversion: .prefixedNo, help: "Connections from encoder to decoder at each level.")
  var skipConnections = true

  @Option(help: "The highest learning rate, reached after a warm-up; it then falls as a cosine.")
  var learningRate: Float = 3e-3

  @Option(help: "Validate whole images after every so many epochs, and after the last.")
  var validationInterval = 10

  @OptionGroup var precision: PrecisionOptions

  func validate() throws {
    let counts: [(String, Int)] = [
      ("epochs", epochs), ("steps-per-epoch", stepsPerEpoch), ("patch-size", patchSize),
      ("batch-size", batchSize), ("levels", levels), ("channels", channels),
      ("validation-interval", validationInterval),
    ]
    for (name, value) in counts where value < 1 {
      throw ValidationError("--\(name) \(value): needed a number of at least 1")
    }
    if let minutes, !(minutes > 0) { throw ValidationError("--minutes \(minutes): needed a number above 0") }
    guard levels <= 8 else { throw ValidationError("--levels \(levels): 8 levels at most") }
    guard spacing > 0.1, spacing <= 10 else {
      throw ValidationError("--spacing \(spacing): needed millimetres between 0.1 and 10")
    }
    guard learningRate > 0 else {
      throw ValidationError("--learning-rate \(learningRate): needed a number above 0")
    }
    let multiple = 1 << (levels - 1)
    guard patchSize % multiple == 0 else {
      throw ValidationError(
        "--patch-size \(patchSize): needed a multiple of \(multiple), for \(levels) levels")
    }
  }

  func configuration(seed: UInt64) throws -> TrainingConfiguration {
    var architecture = Autoencoder(outputChannels: Tissue.allCases.count)
    architecture.levels = levels
    architecture.channels = channels
    architecture.skipConnections = skipConnections
    let preprocessing = Preprocessing(spacing: SIMD3(repeating: spacing))
    var configuration = TrainingConfiguration(architecture: architecture, preprocessing: preprocessing)
    configuration.patchSize = SIMD3(repeating: patchSize)
    configuration.batchSize = batchSize
    configuration.stepsPerEpoch = stepsPerEpoch
    configuration.epochs = epochs
    configuration.minutes = minutes
    configuration.validationInterval = validationInterval
    configuration.schedule.peak = learningRate
    configuration.precision = precision.value
    configuration.seed = seed
    return configuration
  }
}
