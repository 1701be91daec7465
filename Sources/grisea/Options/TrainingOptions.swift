import ArgumentParser
import Imaging
import NeuralNetwork
import Segmentation
import Synthesis

/// How a segmentation model is trained: the settings of `TrainingConfiguration` that have an option.
struct TrainingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Adapt this model: keep its preprocessing and field of view, and start with its weights.",
      valueName: "accurate | fast | safetensors"))
  var from: String?

  @Flag(
    help: """
      Label background as fluid where the model of --from finds a tissue: for labels that have no fluid around the \
      brain, such as FreeSurfer's aseg.
      """)
  var addFluid = false

  @Option(help: "Train for at most this many epochs. (default: 100)")
  var epochs: Int?

  @Option(help: "Take this many steps in an epoch.")
  var stepsPerEpoch = 25

  @Option(
    help: "Train for at most this many minutes, without the time for reading the images. (default: no limit)")
  var minutes: Double?

  @Option(help: "Take this many patches in a step. (default: 2; with --from as the model was trained)")
  var batchSize: Int?

  @Option(help: "Highest learning rate, after warm-up; then it falls as a cosine. (default: 3e-3)")
  var learningRate: Float?

  @Option(help: "Update weights by this rule. (default: muon)")
  var optimizer: OptimizerName?

  @Option(
    help: ArgumentHelp(
      "Standardize the median intensities of the tissues in this share of the patches; needs --field-of-view brain. (default: 0)",
      valueName: "share"))
  var standardContrast: Double?

  @Option(help: "Validate on whole images after every so many epochs, and after the last. (default: 10)")
  var validationInterval: Int?

  func validate() throws {
    // Limits, so that products of these numbers do not overflow.
    try CountOptions.check([
      ("epochs", epochs, 1_000_000_000), ("steps-per-epoch", stepsPerEpoch, 1_000_000_000),
      ("batch-size", batchSize, 10_000), ("validation-interval", validationInterval, 1_000_000_000),
    ])
    if let minutes, !(minutes > 0) { throw ValidationError("--minutes \(minutes): needed a number above 0") }
    try CountOptions.check(learningRate: learningRate)
    if let standardContrast, !(0...1).contains(standardContrast) {
      throw ValidationError("--standard-contrast \(standardContrast): needed a share between 0 and 1")
    }
  }

  /// The model of `--from`, if it is a file.
  var files: [String] { [from].compactMap { $0 }.filter { BuiltInModel(rawValue: $0) == nil } }

  /// Returns the settings of a training.
  /// - Parameters:
  ///   - model: that of `--from`.
  ///   - synthesis: how images are made of label maps; `nil` where there are none.
  /// - Throws: `ValidationError` where an option does not apply to this model.
  func configuration(
    _ network: NetworkOptions, adapting model: SegmentationModel?, synthesis share: Double?,
    _ precision: PrecisionOptions, seed: UInt64
  ) throws -> TrainingConfiguration {
    var configuration =
      try model.map { TrainingConfiguration(adapting: $0, spacing: network.spacing) }
      ?? network.configuration()
    if model != nil {
      try network.widen(&configuration.architecture)
      if network.structures { configuration.distinguishStructures() }
    }
    if addFluid {
      guard configuration.outputs == OutputLabel.tissues else {
        throw ValidationError("--add-fluid: needs tissues as outputs, not --parts or --structures")
      }
      guard configuration.preprocessing == model?.preprocessing else {
        throw ValidationError(
          "--add-fluid: the model finds the fluid at its own voxel size; leave out --spacing")
      }
      configuration.addsFluid = true
    }
    if let share = standardContrast, share > 0 {
      guard configuration.outputs == OutputLabel.tissues else {
        throw ValidationError(
          "--standard-contrast \(share): needs tissues as outputs, not --parts or --structures")
      }
      guard configuration.fieldOfView == .brain else {
        throw ValidationError("--standard-contrast \(share): needs a model that locates the brain, not tiles")
      }
      configuration.contrast = HistogramStandardization(share: share)
    }
    if let batchSize { configuration.batchSize = batchSize }
    if let optimizer { configuration.optimizer = optimizer.rule }
    if let learningRate { configuration.schedule.peak = learningRate }
    configuration.stepsPerEpoch = stepsPerEpoch
    if let epochs { configuration.epochs = epochs }
    configuration.minutes = minutes
    if let validationInterval { configuration.validationInterval = validationInterval }
    configuration.precision = precision.value
    configuration.seed = seed
    if let share {
      var synthesis = Synthesis()
      synthesis.share = share
      synthesis.centredShare = configuration.fieldOfView == .brain ? Synthesis.brainCentredShare : 0
      configuration.synthesis = synthesis
      // Images beside synthetic heads of all kinds are there for variety too.
      configuration.augmentation = .standard
    }
    return configuration
  }
}

/// Checks of options that count something.
enum CountOptions {
  /// Refuses numbers below 1 and above the greatest.
  static func check(_ counts: [(name: String, value: Int?, greatest: Int)]) throws {
    for (name, value, greatest) in counts {
      guard let value, !(1...greatest).contains(value) else { continue }
      throw ValidationError("--\(name) \(value): needed a number from 1 to \(greatest)")
    }
  }

  /// Refuses a learning rate that is not above 0.
  static func check(learningRate: Float?) throws {
    guard let learningRate, !(learningRate > 0) else { return }
    throw ValidationError("--learning-rate \(learningRate): needed a number above 0")
  }
}

/// The rules that train equally well at the default learning rates.
enum OptimizerName: String, CaseIterable, ExpressibleByArgument {
  case adamW, muon

  var rule: Optimizer.Rule {
    switch self {
    case .adamW: .adamW(weightDecay: 0.01)
    case .muon: .muon()
    }
  }
}
