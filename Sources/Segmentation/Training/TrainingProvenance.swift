import Numerics

/// How a model was trained, stored in its file.
public struct TrainingProvenance: Hashable, Codable, Sendable {
  /// Name and version of the program.
  public var program: String
  /// The configuration of the training.
  public var configuration: TrainingConfiguration
  /// The subject of each training image, in the order of the images.
  public var trainingSubjects: [String]
  /// The subject of each validation image.
  public var validationSubjects: [String]
  /// Number of steps of the optimizer.
  public var steps: Int
  /// Mean Dice of gray matter in the validation images at the last validated epoch.
  public var validationDice: Double?
  /// The model that the training started from; `nil` for random weights and in files of older versions.
  public var origin: ModelOrigin?
  /// Temperature by which the logits have been divided for calibration; `nil` if they were not.
  public var temperature: Double?

  /// Creates a provenance.
  public init(
    program: String, configuration: TrainingConfiguration, trainingSubjects: [String],
    validationSubjects: [String], steps: Int, validationDice: Double?
  ) {
    self.program = program
    self.configuration = configuration
    self.trainingSubjects = trainingSubjects
    self.validationSubjects = validationSubjects
    self.steps = steps
    self.validationDice = validationDice
  }
}

/// Identifies the model that a training started from.
public struct ModelOrigin: Hashable, Codable, Sendable {
  /// Name and version of the program that trained it.
  public var program: String
  /// Number of steps of its training.
  public var steps: Int
  /// Fingerprint of its weights as sixteen hexadecimal digits: FNV-1a of the float32 values in the order of their
  /// slots, little endian.
  public var weights: String

  /// Describes a model.
  public init(_ model: SegmentationModel) {
    program = model.provenance.program
    steps = model.provenance.steps
    weights = Fingerprint(of: model.parameters.values).hex
  }
}
