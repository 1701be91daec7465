import NeuralNetwork

extension TrainingConfiguration {
  /// How a trained model is adapted to more images: what it is and sees stays, and the steps are small enough to
  /// keep what it knows.
  public init(adapting model: SegmentationModel) {
    let former = model.provenance.configuration
    self.init(architecture: former.architecture, preprocessing: model.preprocessing)
    patchSize = model.patchSize
    fieldOfView = model.fieldOfView
    centring = model.fieldOfView == .brain ? Centring() : nil
    // It was chosen for the memory that patches of this size take.
    batchSize = max(1, former.batchSize)
    // Adam's first steps are as long as all others, whatever the gradient: a short warm-up is left.
    schedule = LearningRateSchedule(peak: 5e-4, decay: .cosine, warmUp: 0.02)
  }
}
