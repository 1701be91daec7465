import ArgumentParser
import Imaging
import NeuralNetwork
import Segmentation
import Synthesis

/// How a training goes: the settings of `TrainingConfiguration` that have a flag.
struct RecipeOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A model to adapt: its preprocessing and field of view are kept, and training begins with its weights, in its network or, with --channels, in a wider one, on its grid or, with --spacing, on another.",
      valueName: "accurate | fast | safetensors"))
  var from: String?

  @Option(help: "Epochs at most (default: 100, of --task classification 20).")
  var epochs: Int?

  @Option(help: "Steps in an epoch.")
  var stepsPerEpoch = 25

  @Option(help: "Minutes of training at most, reading the images not counted (default: no limit).")
  var minutes: Double?

  @OptionGroup var network: NetworkOptions

  @Option(
    help:
      "Patches in a step (default: 2, with --from as its model was trained; maps: 8 of reconstruction, 16 of classification)."
  )
  var batchSize: Int?

  @Option(
    help:
      "The highest learning rate, reached after a warm-up; it then falls as a cosine (default: 3e-3, of --task classification 1e-3)."
  )
  var learningRate: Float?

  @Option(help: "Of --task segmentation: how weights follow gradients (default: muon).")
  var optimizer: OptimizerName?

  @Option(
    help: ArgumentHelp(
      "Share of patches whose tissues' medians are brought to the same intensities. (default: 0)",
      valueName: "share"))
  var standardContrast: Double?

  @Option(help: "Validate whole images after every so many epochs, and after the last.")
  var validationInterval = 10

  @OptionGroup var precision: PrecisionOptions

  func validate() throws {
    // So that their products can be counted.
    let counts: [(String, Int, most: Int)] = [
      ("epochs", epochs ?? 1, 1_000_000_000), ("steps-per-epoch", stepsPerEpoch, 1_000_000_000),
      ("batch-size", batchSize ?? 1, 10_000), ("validation-interval", validationInterval, 1_000_000_000),
    ]
    for (name, value, most) in counts where !(1...most).contains(value) {
      throw ValidationError("--\(name) \(value): needed a number from 1 to \(most)")
    }
    if let minutes, !(minutes > 0) { throw ValidationError("--minutes \(minutes): needed a number above 0") }
    if let learningRate, !(learningRate > 0) {
      throw ValidationError("--learning-rate \(learningRate): needed a number above 0")
    }
    if let standardContrast, !(0...1).contains(standardContrast) {
      throw ValidationError("--standard-contrast \(standardContrast): needed a share between 0 and 1")
    }
    if let from, let flag = network.given.first {
      throw ValidationError("\(flag): the model of --from \(from) has decided this; leave it out")
    }
  }

  /// Files that are read besides the images.
  var files: [String] { [from].compactMap { $0 }.filter { BuiltInModel(rawValue: $0) == nil } }

  /// - Parameter model: that of `--from`.
  func configuration(adapting model: SegmentationModel?, seed: UInt64) throws -> TrainingConfiguration {
    var configuration =
      try model.map { TrainingConfiguration(adapting: $0, spacing: network.spacing) }
      ?? network.configuration()
    if model != nil { try network.widen(&configuration.architecture) }
    if let share = standardContrast, share > 0 {
      guard configuration.parts != true else {
        throw ValidationError("--standard-contrast \(share): goes with tissues, not with --parts")
      }
      guard configuration.fieldOfView == .brain else {
        throw ValidationError("--standard-contrast \(share): the model sees tiles, not the brain")
      }
      configuration.contrast = StandardContrast(share: share)
    }
    if let batchSize { configuration.batchSize = batchSize }
    if let optimizer { configuration.optimizer = optimizer.rule }
    if let learningRate { configuration.schedule.peak = learningRate }
    configuration.stepsPerEpoch = stepsPerEpoch
    if let epochs { configuration.epochs = epochs }
    configuration.minutes = minutes
    configuration.validationInterval = validationInterval
    configuration.precision = precision.value
    configuration.seed = seed
    return configuration
  }
}

/// The rules that train as well at the default learning rates.
enum OptimizerName: String, CaseIterable, ExpressibleByArgument {
  case adamW, muon

  var rule: Optimizer.Rule {
    switch self {
    case .adamW: .adamW(weightDecay: 0.01)
    case .muon: .muon()
    }
  }
}
