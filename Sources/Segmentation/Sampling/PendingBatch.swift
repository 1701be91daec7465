import Foundation
import Synchronization

/// A batch that another thread is making.
final class PendingBatch: Sendable {
  private let batch = Mutex<PatchBatch?>(nil)
  private let ready = DispatchSemaphore(value: 0)

  /// Hands the batch over; called once.
  func fulfil(_ made: PatchBatch) {
    batch.withLock { $0 = made }
    ready.signal()
  }

  /// The batch, as soon as it is there.
  func wait() -> PatchBatch {
    while true {
      ready.wait()
      if let made = batch.withLock({ $0 }) {
        ready.signal()
        return made
      }
    }
  }
}
