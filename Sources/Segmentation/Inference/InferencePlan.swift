import Imaging
import NeuralNetwork

/// How a scan will be processed and the memory this needs, computed without reading the scan.
public struct InferencePlan: Hashable, Sendable {
  /// Voxels along i, j, k of the network's input.
  public var window: SIMD3<Int>
  /// Number of windows that cover the image; 1 if the image is processed whole.
  public var windowCount: Int
  /// Memory of the network's tensors, weights and scratch space in bytes.
  public var networkByteCount: Int
  /// Memory of volumes in bytes: the scan, the preprocessed image, and the probabilities on both grids.
  public var volumeByteCount: Int

  /// Peak memory of the process in bytes, including the program itself.
  public var peakByteCount: Int { networkByteCount + volumeByteCount + Self.programByteCount }

  /// Memory in bytes of code, libraries, model weights and system buffers: the measured difference between the process
  /// and the plan, rounded up.
  static let programByteCount = 120_000_000

  init(
    scan: Grid, prepared: Grid, window: SIMD3<Int>, windowCount: Int, channels: Int, networkByteCount: Int
  ) {
    self.window = window
    self.windowCount = windowCount
    self.networkByteCount = networkByteCount
    let (scanCount, count, seen) = (scan.count, prepared.count, window.x * window.y * window.z)
    // Inference: the network's input and output in addition to its own tensors, and the aggregator's sums and weights.
    let running = seen * (1 + channels) + (windowCount > 1 ? count * (channels + 1) : 0)
    // Resampling to the scan's grid: the probabilities on both grids, two intermediate results of the interpolation,
    // and the labels.
    let restoring = count * channels + scanCount * (channels + 3)
    volumeByteCount = MemoryLayout<Float>.stride * (2 * scanCount + count + max(running, restoring))
  }
}

/// Why a scan is not segmented.
public enum SegmenterError: Error, Hashable, Sendable {
  /// The smallest possible plan needs more memory than the limit, in bytes.
  case memoryLimit(plan: InferencePlan, limit: Int)
}

extension SegmenterError: CustomStringConvertible {
  /// The error as one sentence.
  public var description: String {
    switch self {
    case .memoryLimit(let plan, let limit):
      "needs \(plan.peakByteCount / 1_000_000) MB of memory (\(plan.volumeByteCount / 1_000_000) MB for the "
        + "scan's volumes, \(plan.networkByteCount / 1_000_000) MB for the network), but the limit is "
        + "\(limit / 1_000_000) MB"
    }
  }
}
