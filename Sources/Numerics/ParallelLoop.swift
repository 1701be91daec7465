import Dispatch
import Synchronization

/// The one loop that spreads work on ranges of indices over the processor's cores.
///
/// Ranges have a fixed size, whatever the number of threads, so that a result summed over the ranges in order has the
/// same bits on every machine and with any number of threads.
package enum ParallelLoop {
  /// Indices per range where none are given: enough that starting a range costs nothing beside its work.
  package static let standardSize = 1 << 18

  /// The most threads of a loop that is started from this thread, or `nil` for as many as there are cores. No result
  /// depends on it.
  @TaskLocal package static var width: Int?

  /// Calls `body` with loops limited to `threads` threads.
  package static func limited<Value>(to threads: Int, _ body: () throws -> Value) rethrows -> Value {
    precondition(threads > 0, "a loop has at least one thread")
    return try $width.withValue(threads, operation: body)
  }

  /// Calls `body` once for each range of `0..<count`, concurrently.
  /// - Parameters:
  ///   - size: the number of indices in each range but the last.
  ///   - threads: the most threads; `width` where it is `nil`.
  package static func forEach(
    over count: Int, size: Int = standardSize, threads: Int? = nil, _ body: (Range<Int>) -> Void
  ) {
    let ranges = (count + size - 1) / size
    let workers = min(ranges, threads ?? width ?? .max)
    guard workers > 1 else {
      for range in 0..<ranges { body(range * size..<min((range + 1) * size, count)) }
      return
    }
    // Each thread takes the next range: where a core is busy with other work, the others do its share.
    let next = Atomic<Int>(0)
    withoutActuallyEscaping(body) { body in
      // The compiler cannot check this. It is right as long as each call writes only to its own range:
      // concurrentPerform returns after the last call, so nothing outlives what `body` captures.
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

  /// Returns the elements' images in order, computed concurrently.
  package static func map<Element, Value>(
    _ elements: [Element], threads: Int? = nil, _ transform: (Element) -> Value
  ) -> [Value] {
    map(over: elements.count, size: 1, threads: threads) { transform(elements[$0.lowerBound]) }
  }

  /// Returns the sum of one value for each range, added in the order of the ranges.
  package static func sum<Value: AdditiveArithmetic>(
    over count: Int, size: Int = standardSize, _ body: (Range<Int>) -> Value
  ) -> Value {
    map(over: count, size: size, body).reduce(.zero, +)
  }
}
