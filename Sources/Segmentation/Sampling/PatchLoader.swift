import Foundation
import Numerics
import Synchronization
import Synthesis

/// Loads the batches of a source in order, prefetching them on background threads.
///
/// The number of threads and their scheduling affect when a batch is ready but not its content. A resumed training
/// starts at any batch with `startingAt`. Batches that were not started are discarded with the loader.
public final class PatchLoader: Sendable {
  private let source: PatchSource
  private let queue: OperationQueue
  private let state: Mutex<State>

  private struct State {
    /// Batches that are prefetched, the next one first.
    var pending: [PendingValue<PatchBatch>] = []
    /// Number of the next batch to prefetch.
    var next: Int
  }

  /// Starts prefetching.
  /// - Parameters:
  ///   - source: the batches.
  ///   - index: number of the first batch.
  ///   - ahead: greatest number of prefetched batches.
  ///   - workers: number of threads, each of which makes one batch at a time.
  public init(_ source: PatchSource, startingAt index: Int = 0, ahead: Int = 3, workers: Int = 1) {
    precondition(
      index >= 0 && ahead > 0 && workers > 0,
      "needed at least one worker and one prefetched batch, and an index from 0")
    self.source = source
    queue = OperationQueue()
    queue.maxConcurrentOperationCount = workers
    queue.qualityOfService = .userInitiated
    state = Mutex(State(next: index))
    state.withLock { state in
      for _ in 0..<ahead { begin(&state) }
    }
  }

  /// Returns the next batch, waiting until it is ready. Callers on several threads get different batches.
  public func next() -> PatchBatch {
    let pending = state.withLock { state in
      let first = state.pending.removeFirst()
      begin(&state)
      return first
    }
    return pending.wait()
  }

  private func begin(_ state: inout State) {
    let pending = PendingValue<PatchBatch>()
    let index = state.next
    state.next += 1
    state.pending.append(pending)
    // The operation retains the source and not the loader, so that the loader can be released.
    queue.addOperation { [source] in pending.fulfil(source.batch(at: index)) }
  }

  deinit {
    // No caller waits in `next`, since that would retain the loader.
    queue.cancelAllOperations()
    queue.waitUntilAllOperationsAreFinished()
  }
}

/// The patches of one training step.
public struct PatchBatch: Sendable, Equatable {
  /// The batch's number, which determines the content together with the seed.
  public var index: Int
  /// Number of patches, N.
  public var count: Int
  /// Voxels of each patch along i, j, k: W, H, D.
  public var size: SIMD3<Int>
  /// Intensities, [N, 1, D, H, W], last axis fastest.
  public var images: [Float]
  /// Labels, [N, D, H, W], last axis fastest.
  public var labels: [UInt8]

  /// Joins at least one patch; all have the same size.
  public init(index: Int, _ patches: [Patch]) {
    precondition(!patches.isEmpty, "a batch needs at least one patch")
    precondition(
      patches.allSatisfy { $0.size == patches[0].size }, "the patches of a batch must have the same size")
    self.index = index
    count = patches.count
    size = patches[0].size
    images = patches.flatMap(\.image)
    labels = patches.flatMap(\.labels)
  }

  /// The label of the first voxel of each block of 2×2×2 voxels, [N, D / 2, H / 2, W / 2].
  var coarseLabels: [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(labels.count / 8)
    let slab = size.x * size.y
    for patch in 0..<count {
      for z in Swift.stride(from: 0, to: size.z, by: 2) {
        for y in Swift.stride(from: 0, to: size.y, by: 2) {
          let row = patch * slab * size.z + slab * z + size.x * y
          for x in Swift.stride(from: row, to: row + size.x, by: 2) { result.append(labels[x]) }
        }
      }
    }
    return result
  }
}
