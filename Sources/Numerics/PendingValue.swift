import Dispatch
import Synchronization

/// A value that one thread produces and other threads wait for.
package final class PendingValue<Value: Sendable>: Sendable {
  private let value = Mutex<Value?>(nil)
  private let ready = DispatchSemaphore(value: 0)

  /// Makes a value that is not yet available.
  package init() {}

  /// Stores the value and wakes the waiting threads. It must be called exactly once.
  package func fulfil(_ made: Value) {
    value.withLock { $0 = made }
    ready.signal()
  }

  /// Returns the value, after waiting until it is available.
  package func wait() -> Value {
    while true {
      ready.wait()
      if let made = value.withLock({ $0 }) {
        ready.signal()
        return made
      }
    }
  }
}
