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
    // Tried on three brains of IBSR for 60 steps: better on a fourth than half of this, and as good on heads of other
    // sources. Adam's first steps are as long as all others, whatever the gradient: a short warm-up is left.
    schedule = LearningRateSchedule(peak: 1e-3, decay: .cosine, warmUp: 0.02)
  }
}
