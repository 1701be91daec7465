/// Weights that a training changes, with the state that their next step needs.
public struct TrainedWeights: Sendable {
  public var parameters: Parameters
  /// The loss's gradient with respect to the parameters, in the order of their slots.
  public var gradient: [Float]
  public var optimizer: Optimizer
  /// The running mean of the weights, or `nil` without averaging.
  public var average: WeightAverage?

  /// - Parameter averagingPower: the power of `WeightAverage`, or `nil` without averaging.
  public init(_ parameters: Parameters, rule: Optimizer.Rule, averagingPower: Float? = nil) {
    self.init(
      parameters, optimizer: Optimizer(rule), average: averagingPower.map { WeightAverage(power: $0) })
  }

  /// Continues from a saved state.
  public init(_ parameters: Parameters, optimizer: Optimizer, average: WeightAverage?) {
    self.parameters = parameters
    gradient = [Float](repeating: 0, count: parameters.values.count)
    self.optimizer = optimizer
    self.average = average
  }

  /// The weights that the training has reached: their running mean where they are averaged.
  public var result: Parameters {
    guard let values = average?.values, !values.isEmpty else { return parameters }
    var result = parameters
    result.values = values
    return result
  }

  /// Moves the weights along the gradient, which is first scaled down to the norm `gradientNorm` where it is longer.
  mutating func update(rate: Float, gradientNorm: Float?) {
    if let gradientNorm { gradient.clipNorm(to: gradientNorm) }
    optimizer.update(&parameters, gradient: gradient, learningRate: rate)
    average?.update(with: parameters.values, step: optimizer.steps)
  }
}

/// The one training loop of the program: steps in epochs, with a learning-rate schedule, gradient clipping, averaging of
/// weights, a limit by steps and by time, and progress.
///
/// A step computes the loss and its gradients, which is the caller's part, and then updates every set of weights. A
/// training that continues from a saved state takes the same steps as one that was never interrupted.
public struct TrainingLoop: Sendable {
  /// Steps of the whole training.
  public var steps: Int
  /// Steps after which `epochEnded` is called.
  public var stepsPerEpoch: Int
  public var schedule: LearningRateSchedule
  /// The largest Euclidean norm of a gradient, or `nil` where gradients are not clipped.
  public var gradientNorm: Float?
  /// Seconds after which the training ends, if its steps have not ended before, or `nil` without a limit.
  public var secondsLimit: Double?

  public init(
    steps: Int, stepsPerEpoch: Int, schedule: LearningRateSchedule, gradientNorm: Float? = nil,
    secondsLimit: Double? = nil
  ) {
    precondition(stepsPerEpoch > 0, "an epoch has a step")
    self.steps = steps
    self.stepsPerEpoch = stepsPerEpoch
    self.schedule = schedule
    self.gradientNorm = gradientNorm
    self.secondsLimit = secondsLimit
  }

  /// How far a training is.
  public struct Position: Hashable, Sendable {
    public var steps = 0
    public var epochs = 0
    /// Seconds of training so far, without the pauses between resumed runs.
    public var seconds = 0.0

    public init(steps: Int = 0, epochs: Int = 0, seconds: Double = 0) {
      self.steps = steps
      self.epochs = epochs
      self.seconds = seconds
    }
  }

  /// A step that has been taken, or an epoch that has ended.
  public struct Progress: Hashable, Sendable {
    public var position: Position
    /// The share of the training that has passed, 0 to 1, by steps or by time, whichever is further.
    public var share: Double
    /// The learning rate of the last step.
    public var rate: Float
    /// The loss of the last step.
    public var loss: Double
    /// The mean loss of the epoch so far.
    public var meanLoss: Double
  }

  /// A loss that is not finite: the training has diverged.
  public struct Divergence: Error, Hashable, Sendable {
    /// The number of the step, from 0.
    public var step: Int
    public var rate: Float
  }

  /// Returns the share of the training that has passed at a position, 0 to 1 or more.
  public func share(at position: Position) -> Double {
    let bySteps = Double(position.steps) / Double(max(1, steps))
    return max(bySteps, secondsLimit.map { position.seconds / $0 } ?? 0)
  }

  /// Trains until the steps or the time are used up.
  /// - Parameters:
  ///   - weights: the weights of one network or of several that learn together.
  ///   - start: the position of the saved state from which the training continues.
  ///   - learn: puts the gradients of step `number` (from 0) into the weights and returns the loss; `share` is the share
  ///     of the training that has passed.
  ///   - stepEnded: is called after each step.
  ///   - epochEnded: is called after each epoch, with the seconds of training at the time of its call.
  /// - Throws: `Divergence`, and what the closures throw, which ends the training.
  public func run(
    _ weights: inout [TrainedWeights], from start: Position = Position(),
    learn: (_ weights: inout [TrainedWeights], _ number: Int, _ share: Double) throws -> Double,
    stepEnded: (Progress) throws -> Void = { _ in },
    epochEnded: (Progress, [TrainedWeights], _ seconds: () -> Double) throws -> Void = { _, _, _ in }
  ) throws {
    let begin = ContinuousClock.now
    func seconds() -> Double { start.seconds + (ContinuousClock.now - begin) / .seconds(1) }
    var position = start
    while share(at: position) < 1 {
      var progress = Progress(position: position, share: 0, rate: 0, loss: 0, meanLoss: 0)
      var (sum, count) = (0.0, 0)
      while count < stepsPerEpoch, share(at: position) < 1 {
        let share = share(at: position)
        let rate = schedule.rate(at: Float(share))
        let loss = try learn(&weights, position.steps, share)
        guard loss.isFinite else { throw Divergence(step: position.steps, rate: rate) }
        for index in weights.indices { weights[index].update(rate: rate, gradientNorm: gradientNorm) }
        sum += loss
        count += 1
        position.steps += 1
        position.seconds = seconds()
        progress = Progress(
          position: position, share: self.share(at: position), rate: rate, loss: loss,
          meanLoss: sum / Double(count))
        try stepEnded(progress)
      }
      position.epochs += 1
      progress.position = position
      try epochEnded(progress, weights, seconds)
      position.seconds = seconds()
    }
  }
}
