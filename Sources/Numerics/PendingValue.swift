import Dispatch
import Synchronization

/// A value that another thread makes.
package final class PendingValue<Value: Sendable>: Sendable {
  private let value = Mutex<Value?>(nil)
  private let ready = DispatchSemaphore(value: 0)

  package init() {}

  /// Hands the value over. It is called once.
  package func fulfil(_ made: Value) {
    value.withLock { $0 = made }
    ready.signal()
  }

  /// Returns the value, and waits until it is there.
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
