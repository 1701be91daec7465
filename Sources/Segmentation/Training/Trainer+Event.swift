extension Trainer {
  /// What a caller can show while it waits.
  public enum Event: Sendable {
    /// Goes on after this many epochs.
    case resumed(epoch: Int)
    /// The loss is the epoch's mean so far; `share` is that of the training, by steps or time.
    case step(done: Int, of: Int, loss: Double, share: Double)
    /// Its checkpoint and log are written.
    case epoch(TrainingLog.Row)
  }
}
