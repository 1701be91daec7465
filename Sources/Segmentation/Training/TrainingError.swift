/// Why a training stopped.
public enum TrainingError: Error, Hashable, Sendable {
  /// The loss is no longer a number.
  case diverged(step: Int, rate: Float)
  /// Bytes that the network and its patches take at least, and that they may.
  case memory(patchSize: SIMD3<Int>, batchSize: Int, needed: Int, limit: Int)
}

extension TrainingError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .diverged(let step, let rate):
      "the loss is not a number after step \(step) at a learning rate of \(rate); try a lower --learning-rate"
    case .memory(let size, let count, let needed, let limit):
      "\(count) \(count == 1 ? "patch" : "patches") of \(size.x)×\(size.y)×\(size.z) voxels in this network "
        + "\(count == 1 ? "needs" : "need") at least \(needed / 1_000_000) MB of memory, "
        + "\(limit / 1_000_000) MB can be had; give a smaller --patch-size or --batch-size"
    }
  }
}
