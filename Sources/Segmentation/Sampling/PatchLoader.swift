import Foundation
import Numerics
import Synchronization

/// Batches of a source in order, made ahead of their use on background threads.
///
/// How many threads there are, and how they are scheduled, changes when a batch is ready, never what is in
/// it. Training resumes at any batch by `startingAt`. Work not yet begun is dropped with the loader.
public final class PatchLoader: Sendable {
  private let source: PatchSource
  private let queue: OperationQueue
  private let state: Mutex<State>

  private struct State {
    /// Batches under way or ready, the next one to hand out first.
    var pending: [PendingValue<PatchBatch>] = []
    /// Number of the batch to begin next.
    var next: Int
  }

  /// At most `ahead` batches are under way or ready at a time; `workers` threads make them, one batch each.
  public init(_ source: PatchSource, startingAt index: Int = 0, ahead: Int = 3, workers: Int = 1) {
    precondition(index >= 0 && ahead > 0 && workers > 0, "a loader needs a worker and room for one batch")
    self.source = source
    queue = OperationQueue()
    queue.maxConcurrentOperationCount = workers
    queue.qualityOfService = .userInitiated
    state = Mutex(State(next: index))
    state.withLock { state in
      for _ in 0..<ahead { begin(&state) }
    }
  }

  /// The next batch; waits for it where it is not ready. Callers on several threads get different batches.
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
    // The operation keeps the source and not the loader alive, else the loader would never end.
    queue.addOperation { [source] in pending.fulfil(source.batch(at: index)) }
  }

  deinit {
    // Nobody waits in `next` any more, since that would keep the loader alive.
    queue.cancelAllOperations()
    queue.waitUntilAllOperationsAreFinished()
  }
}
