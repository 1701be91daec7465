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

  @Option(
    help: ArgumentHelp(
      "Voxels of a training patch along i, j, k, one number for a cube; multiples of 2^(levels - 1).",
      valueName: "n | nxnxn"))
  var patchSize = PatchSize(cube: 96)

  @Option(
    help: ArgumentHelp(
      "What the model sees at once: tiles of the patch size, or the brain in one window of it, which it finds itself.",
      valueName: "tiles | brain"))
  var fieldOfView = FieldOfView.tiles

  @Option(help: "Patches in a step.")
  var batchSize = 2

  @Option(help: "The network's voxel size in mm; images are resampled to it.")
  var spacing = 1.0

  @Option(help: "Resolutions of the autoencoder.")
  var levels = 4

  @Option(help: "Channels at its first level; they double from level to level")
  var channels = 16

  @Option(help: "up to so many.")
  var maximumChannels = 256

  @Flag(help: "Blocks of 2x2x2 voxels are one voxel of the first level: an eighth of the arithmetic.")
  var voxelBlocks = false

  @Flag(inversion: .prefixedNo, help: "Connections from encoder to decoder at each level.")
  var skipConnections = true

  @Option(help: "The highest learning rate, reached after a warm-up; it then falls as a cosine.")
  var learningRate: Float = 3e-3

  @Option(help: "Validate whole images after every so many epochs, and after the last.")
  var validationInterval = 10

  @OptionGroup var precision: PrecisionOptions

  func validate() throws {
    let counts: [(String, Int)] = [
      ("epochs", epochs), ("steps-per-epoch", stepsPerEpoch), ("batch-size", batchSize), ("levels", levels),
      ("channels", channels),
      ("maximum-channels", maximumChannels), ("validation-interval", validationInterval),
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
    let multiple = architecture.sizeMultiple
    guard patchSize.voxels % multiple == .zero else {
      throw ValidationError(
        "--patch-size \(patchSize): needed multiples of \(multiple), for \(levels) levels"
          + (voxelBlocks ? " of blocks of voxels" : ""))
    }
  }

  private var architecture: Autoencoder {
    var architecture = Autoencoder(outputChannels: Tissue.allCases.count)
    architecture.levels = levels
    architecture.channels = channels
    architecture.maximumChannels = maximumChannels
    architecture.voxelBlocks = voxelBlocks
    architecture.skipConnections = skipConnections
    return architecture
  }

  func configuration(seed: UInt64) throws -> TrainingConfiguration {
    let preprocessing = Preprocessing(spacing: SIMD3(repeating: spacing))
    var configuration = TrainingConfiguration(architecture: architecture, preprocessing: preprocessing)
    configuration.patchSize = patchSize.voxels
    configuration.fieldOfView = fieldOfView
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
