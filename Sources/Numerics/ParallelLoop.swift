import Dispatch
import Synchronization

/// A loop over ranges of indices that runs on several cores.
///
/// The size of the ranges does not depend on the number of threads. A result that is summed over the ranges in order
/// has therefore the same bits on every machine and for any number of threads.
package enum ParallelLoop {
  /// The default number of indices per range. The cost of starting a range is small beside its work.
  package static let standardSize = 1 << 18

  /// The largest number of threads of loops started in this task, or `nil` for as many as there are cores. No result
  /// depends on it.
  @TaskLocal package static var width: Int?

  /// Calls `body` with all parallel loops limited to `threads` threads.
  package static func limited<Value>(to threads: Int, _ body: () throws -> Value) rethrows -> Value {
    precondition(threads > 0, "a loop needs at least one thread")
    return try $width.withValue(threads, operation: body)
  }

  /// Calls `body` once for each range of `0..<count`, concurrently.
  /// - Parameters:
  ///   - count: The number of indices.
  ///   - size: The number of indices in each range except the last.
  ///   - threads: The largest number of threads, or `nil` to use `width`.
  ///   - body: The work on one range. It may write only to memory that belongs to its range.
  package static func forEach(
    over count: Int, size: Int = standardSize, threads: Int? = nil, _ body: (Range<Int>) -> Void
  ) {
    let ranges = (count + size - 1) / size
    let workers = min(ranges, threads ?? width ?? .max)
    guard workers > 1 else {
      for range in 0..<ranges { body(range * size..<min((range + 1) * size, count)) }
      return
    }
    // Each thread takes the next free range. If other programs keep one core busy, the other threads take its share.
    let next = Atomic<Int>(0)
    withoutActuallyEscaping(body) { body in
      // The compiler cannot check this. It is correct as long as each call writes only to its own range:
      // concurrentPerform returns after the last call, so nothing outlives the captures of `body`.
      nonisolated(unsafe) let body = body
      DispatchQueue.concurrentPerform(iterations: workers) { _ in
        var range = next.add(1, ordering: .relaxed).oldValue
        while range < ranges {
          body(range * size..<min((range + 1) * size, count))
          range = next.add(1, ordering: .relaxed).oldValue
        }
      }
    }
  }

  /// Returns one value for each range of `0..<count`, computed concurrently, in the order of the ranges.
  package static func map<Value>(
    over count: Int, size: Int = standardSize, threads: Int? = nil, _ body: (Range<Int>) -> Value
  ) -> [Value] {
    let ranges = (count + size - 1) / size
    return Array(unsafeUninitializedCapacity: ranges) { values, filled in
      forEach(over: count, size: size, threads: threads) { range in
        values.initializeElement(at: range.lowerBound / size, to: body(range))
      }
      filled = ranges
    }
  }

  /// Returns the transformed elements in their order, computed concurrently.
  package static func map<Element, Value>(
    _ elements: [Element], threads: Int? = nil, _ transform: (Element) -> Value
  ) -> [Value] {
    map(over: elements.count, size: 1, threads: threads) { transform(elements[$0.lowerBound]) }
  }

  /// Returns the values of several independent computations that run concurrently.
  package static func inParallel<Value>(_ computations: (() -> Value)...) -> [Value] {
    map(computations) { $0() }
  }

  /// Returns the sum of one value per range, added in the order of the ranges.
  package static func sum<Value: AdditiveArithmetic>(
    over count: Int, size: Int = standardSize, _ body: (Range<Int>) -> Value
  ) -> Value {
    map(over: count, size: size, body).reduce(.zero, +)
  }
}
