import Imaging
import NeuralNetwork
import Synthesis

/// All that decides what a training makes of its images: one value, kept in the model.
public struct TrainingConfiguration: Hashable, Codable, Sendable {
  public var architecture: Autoencoder
  public var preprocessing: Preprocessing
  public var augmentation = Augmentation.standard
  /// How images are made of label maps, where there are any; `nil` in models from before there was synthesis.
  public var synthesis: Synthesis?
  /// Voxels of a patch along i, j, k.
  public var patchSize: SIMD3<Int> = [96, 96, 96]
  /// How the model will be applied; `nil`, in models from before there was a choice, is `tiles`.
  public var fieldOfView: FieldOfView?
  /// The contrast that a share of the patches is brought to; `nil` for none.
  public var contrast: StandardContrast?
  /// Whether the parts of the gray matter are told apart, which only label maps teach; `nil`, in models from before there
  /// was a choice, is no.
  public var parts: Bool?
  /// The share of patches centred on labelled tissue.
  public var labeledFraction = 0.7
  /// Patches around the middle of the tissue, before that share; `nil` in models that see tiles, and from before there
  /// was a choice.
  public var centring: Centring?
  /// Patches per step.
  public var batchSize = 2
  public var stepsPerEpoch = 25
  /// Training ends after this many epochs,
  public var epochs = 100
  /// or after this many minutes, whichever comes first. Where time decides, a repetition differs.
  public var minutes: Double?
  /// Whole validation images are segmented after every so many epochs, and after the last.
  public var validationInterval = 10
  public var loss = Loss(.crossEntropy) + Loss(.softDice(includingBackground: false))
  /// On eight brains of IBSR Muon's loss after 200 steps from nothing was 0.378, AdamW's 0.463, at the same learning
  /// rate; a step takes as long.
  public var optimizer = Optimizer.Rule.muon()
  public var schedule = LearningRateSchedule(peak: 3e-3, decay: .cosine, warmUp: 0.05)
  /// The γ of `WeightAverage`, whose mean is the model; with `nil`, as in models from before there was a choice, the last
  /// weights are.
  public var averagingPower: Float? = 16.97
  /// In which the network computes; `nil` takes what the processor is fastest in.
  public var precision: Precision?
  /// The gradient's largest norm.
  public var gradientNorm: Float = 5
  /// Of weights, patches and augmentation.
  public var seed: UInt64 = 0

  public init(
    architecture: Autoencoder = Autoencoder(outputChannels: Tissue.allCases.count),
    preprocessing: Preprocessing = Preprocessing()
  ) {
    self.architecture = architecture
    self.preprocessing = preprocessing
  }

  /// What the network's channels stand for.
  public var outputs: [OutputLabel] { OutputLabel.labels(parts: parts == true) }

  public var steps: Int { epochs * stepsPerEpoch }

  /// The names of what differs in another configuration.
  func differences(from other: TrainingConfiguration) -> [String] {
    var names: [String] = []
    if architecture != other.architecture { names.append("architecture") }
    if preprocessing != other.preprocessing { names.append("preprocessing") }
    if augmentation != other.augmentation { names.append("augmentation") }
    if synthesis != other.synthesis { names.append("synthesis") }
    if patchSize != other.patchSize || batchSize != other.batchSize { names.append("patch or batch size") }
    if epochs != other.epochs || stepsPerEpoch != other.stepsPerEpoch || minutes != other.minutes {
      names.append("length of the training")
    }
    if precision != other.precision { names.append("precision") }
    if seed != other.seed { names.append("seed") }
    return names.isEmpty && self != other ? ["settings"] : names
  }
}
