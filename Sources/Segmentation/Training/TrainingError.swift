/// Why a training stopped.
public enum TrainingError: Error, Hashable, Sendable {
  /// The loss is no longer a number.
  case diverged(step: Int, rate: Float)
}

extension TrainingError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .diverged(let step, let rate):
      "the loss is not a number after step \(step) at a learning rate of \(rate); try a lower --learning-rate"
    }
  }
}
