/// How a model came to be, kept in its file.
public struct TrainingProvenance: Hashable, Codable, Sendable {
  /// Name and version.
  public var program: String
  public var configuration: TrainingConfiguration
  /// One for each image, in the order of the images.
  public var trainingSubjects: [String]
  public var validationSubjects: [String]
  /// Steps of the optimizer.
  public var steps: Int
  /// Mean validation Dice of gray matter after the last epoch that was validated.
  public var validationDice: Double?
  /// The model that the training began with; `nil` where weights were random, and in files from before there was a
  /// choice.
  public var origin: ModelOrigin?
  /// What logits have been divided by since, in the weights, so that probabilities are calibrated; `nil` where they
  /// were not.
  public var temperature: Double?

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
