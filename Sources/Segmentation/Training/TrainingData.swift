import Imaging
import Synthesis

/// Labelled images by subject, those that teach and those that judge.
public struct TrainingData: Sendable {
  public struct Example: Sendable {
    public var subject: String
    public var image: LabeledImage

    public init(subject: String, image: LabeledImage) {
      self.subject = subject
      self.image = image
    }
  }

  public var training: [Example]
  public var validation: [Example]
  /// Label maps that images are synthesized from while training.
  public var heads: [HeadLabels]

  public init(training: [Example], validation: [Example], heads: [HeadLabels] = []) {
    self.training = training
    self.heads = heads
    self.validation = validation
  }
}
