import Imaging
import NeuralNetwork
import Synthesis

/// Everything that determines a training, apart from its images. It is stored in the model.
public struct TrainingConfiguration: Hashable, Codable, Sendable {
  /// The network's architecture.
  public var architecture: Autoencoder
  /// The preprocessing of images.
  public var preprocessing: Preprocessing
  /// The augmentation of image patches.
  public var augmentation = Augmentation.standard
  /// The synthesis of images from label maps; `nil` in models of versions without synthesis.
  public var synthesis: Synthesis?
  /// Voxels of a patch along i, j, k.
  public var patchSize: SIMD3<Int> = [96, 96, 96]
  /// How the model will be applied; `nil`, in models of older versions, is `tiles`.
  public var fieldOfView: FieldOfView?
  /// The histogram standardization of a share of the patches; `nil` for none.
  public var contrast: HistogramStandardization?
  /// Whether the network distinguishes the parts of the gray matter, which needs label maps with parts; `nil`, in
  /// models of older versions, is false.
  public var parts: Bool?
  /// Whether the network distinguishes the structures of the brain, which needs label maps with FreeSurfer's labels;
  /// `nil`, in models of older versions, is false.
  public var structures: Bool?
  /// Whether background in the images' labels becomes fluid where the adapted model finds a tissue
  /// (`TrainingData.addFluid`); `nil`, also in models of older versions, is false.
  public var addsFluid: Bool?
  /// Share of patches centered on labeled tissue.
  public var labeledFraction = 0.7
  /// Patches around the middle of the tissue, drawn before that share; `nil` in models that process tiles and in models
  /// of older versions.
  public var centring: Centring?
  /// Number of patches per step.
  public var batchSize = 2
  /// Number of steps per epoch.
  public var stepsPerEpoch = 25
  /// Greatest number of epochs.
  public var epochs = 100
  /// Greatest training time in minutes; `nil` for no limit. A training that is limited by time is not reproducible.
  public var minutes: Double?
  /// Number of epochs between two validations on whole images. The last epoch is always validated.
  public var validationInterval = 10
  /// The loss.
  public var loss = Loss(.crossEntropy) + Loss(.softDice(includingBackground: false))
  /// The optimizer. On eight brains of IBSR, the loss after 200 steps from random weights was 0.378 with Muon and 0.463
  /// with AdamW, at the same learning rate and time per step.
  public var optimizer = Optimizer.Rule.muon()
  /// The learning rate schedule.
  public var schedule = LearningRateSchedule(peak: 3e-3, decay: .cosine, warmUp: 0.05)
  /// The γ of `WeightAverage`, whose average becomes the model; `nil`, as in models of older versions, uses the last
  /// weights.
  public var averagingPower: Float? = 16.97
  /// The network's precision; `nil` for the fastest of the processor.
  public var precision: Precision?
  /// Greatest norm of the gradient (gradient clipping).
  public var gradientNorm: Float = 5
  /// Seed of weights, patches and augmentation.
  public var seed: UInt64 = 0

  /// Creates the default configuration.
  public init(
    architecture: Autoencoder = Autoencoder(outputChannels: Tissue.allCases.count),
    preprocessing: Preprocessing = Preprocessing()
  ) {
    self.architecture = architecture
    self.preprocessing = preprocessing
  }

  /// The labels of the network's channels.
  public var outputs: [OutputLabel] {
    structures == true ? OutputLabel.structures : OutputLabel.labels(parts: parts == true)
  }

  /// Total number of steps.
  public var steps: Int { epochs * stepsPerEpoch }

  /// Returns the names of the settings in which two configurations differ.
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

extension TrainingConfiguration {
  /// Creates the configuration for fine-tuning a model on other images. Architecture, preprocessing and field of view
  /// are those of the model.
  /// - Parameters:
  ///   - model: the model to adapt.
  ///   - spacing: another voxel size in mm, along RAS; `nil` for that of the model. The number of voxels of a patch is
  ///     increased so that it covers at least the same extent along each axis.
  public init(adapting model: SegmentationModel, spacing: SIMD3<Double>? = nil) {
    let former = model.provenance.configuration
    self.init(architecture: former.architecture, preprocessing: model.preprocessing)
    structures = former.structures
    patchSize = model.patchSize
    if let spacing, spacing != preprocessing.conforming.spacing {
      if let trained = preprocessing.conforming.spacing {
        let shown = SIMD3<Double>(model.patchSize) * trained
        patchSize = SIMD3<Int>((shown / spacing).rounded(.up))
          .roundedUp(toMultiplesOf: SIMD3(repeating: architecture.sizeMultiple))
      }
      preprocessing.conforming.spacing = spacing
    }
    fieldOfView = model.fieldOfView
    centring = model.fieldOfView == .brain ? Centring() : nil
    // It was chosen for the memory of patches of this size.
    batchSize = max(1, former.batchSize)
    // Measured on eight brains of IBSR for seven minutes, as GM Dice on two others: 0.9433; with the standard
    // augmentation 0.9423; with that and a third of the learning rate 0.9405. Rotated and deformed patches are
    // interpolated once more than the scans to segment. The length of Muon's steps does not depend on the gradient, so
    // a short warm-up is sufficient.
    augmentation = .sparing
    schedule = LearningRateSchedule(peak: 3e-3, decay: .cosine, warmUp: 0.02)
  }
}

extension TrainingConfiguration {
  /// Lets the network distinguish the structures of the brain. Its output is coarse where it works on blocks of voxels of
  /// one window around the brain; tiles are joined voxel by voxel.
  public mutating func distinguishStructures() {
    structures = true
    architecture.outputChannels = OutputLabel.structures.count
    architecture.coarseOutput = architecture.voxelBlocks && fieldOfView == .brain
    architecture.refinementChannels = 0
  }
}

/// Why a training stopped.
public enum TrainingError: Error, Hashable, Sendable {
  /// The loss is not a finite number.
  case diverged(step: Int, rate: Float)
  /// The network and its patches need more memory than the limit, in bytes.
  case memory(patchSize: SIMD3<Int>, batchSize: Int, needed: Int, limit: Int)
}

extension TrainingError: CustomStringConvertible {
  /// The error as one sentence.
  public var description: String {
    switch self {
    case .diverged(let step, let rate):
      "the loss is not a number after step \(step) at a learning rate of \(rate); use a lower --learning-rate"
    case .memory(let size, let count, let needed, let limit):
      "\(count) \(count == 1 ? "patch" : "patches") of \(size.x)×\(size.y)×\(size.z) voxels in this network "
        + "\(count == 1 ? "needs" : "need") at least \(needed / 1_000_000) MB of memory, "
        + "but \(limit / 1_000_000) MB are available; use a smaller --patch-size or --batch-size"
    }
  }
}
