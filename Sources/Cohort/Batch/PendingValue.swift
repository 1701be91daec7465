import Dispatch
import Synchronization

/// A value that another thread makes.
final class PendingValue<Value: Sendable>: Sendable {
  private let result = Mutex<Result<Value, any Error>?>(nil)
  private let ready = DispatchSemaphore(value: 0)

  /// Hands the value over; called once.
  func fulfil(_ made: Result<Value, any Error>) {
    result.withLock { $0 = made }
    ready.signal()
  }

  /// The value, as soon as it is there, or the error in its place.
  func wait() throws -> Value {
    while true {
      ready.wait()
      if let made = result.withLock({ $0 }) {
        ready.signal()
        return try made.get()
      }
    }
  }
}
