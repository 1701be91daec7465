import Imaging
import NeuralNetwork

/// How a scan will go through the network, and what that takes, known before anything is read or run.
public struct InferencePlan: Hashable, Sendable {
  /// Voxels along i, j, k that the network sees at once.
  public var window: SIMD3<Int>
  /// How many windows cover the image; 1 where the network sees it whole.
  public var windowCount: Int
  /// Of the network's tensors, weights and scratch memory.
  public var networkByteCount: Int
  /// Of volumes: the scan, what is prepared from it, and probabilities on both grids.
  public var volumeByteCount: Int

  /// What the process holds at most, the program itself included.
  public var peakByteCount: Int { networkByteCount + volumeByteCount + Self.programByteCount }

  /// Code, libraries, the model's weights and the system's buffers: what the process held beyond plan and volumes
  /// where it was measured, rounded up.
  static let programByteCount = 120_000_000

  init(
    scan: Grid, prepared: Grid, window: SIMD3<Int>, windowCount: Int, channels: Int, networkByteCount: Int
  ) {
    self.window = window
    self.windowCount = windowCount
    self.networkByteCount = networkByteCount
    let (scanCount, count, seen) = (scan.count, prepared.count, window.x * window.y * window.z)
    // While the network runs: its input and output beside its own tensors, and tiles' sums and weights.
    let running = seen * (1 + channels) + (windowCount > 1 ? count * (channels + 1) : 0)
    // While probabilities go to the scan's grid: both, with two passes of the interpolation, and labels.
    let restoring = count * channels + scanCount * (channels + 3)
    volumeByteCount = MemoryLayout<Float>.stride * (2 * scanCount + count + max(running, restoring))
  }
}

/// Why a scan is not segmented.
public enum SegmenterError: Error, Hashable, Sendable {
  /// The smallest way through the network takes more than it may.
  case memoryLimit(plan: InferencePlan, limit: Int)
}

extension SegmenterError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .memoryLimit(let plan, let limit):
      "needs \(plan.peakByteCount / 1_000_000) MB of memory, of which \(plan.volumeByteCount / 1_000_000) MB are for the "
        + "scan's volumes and \(plan.networkByteCount / 1_000_000) MB for the network; \(limit / 1_000_000) MB are allowed"
    }
  }
}
