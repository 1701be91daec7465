import Dispatch
import Synchronization

/// Work on ranges of indices, spread over the processor's cores.
///
/// Slabs have a fixed size, whatever the number of cores, so that a result summed over slabs in order has the
/// same bits on every machine.
package enum Slabs {
  /// Elements per slab where none is given: enough that starting a slab costs nothing beside its work.
  package static let standardSize = 1 << 18

  private static let width = Atomic<Int>(.max)

  /// From now on each call works on at most so many slabs at the same time, in place of as many as there are cores.
  /// No result depends on it.
  package static func limit(to threads: Int) {
    precondition(threads > 0, "slabs are worked on by one thread at least")
    width.store(threads, ordering: .relaxed)
  }

  /// Calls `body` once for each slab of `0..<count`, concurrently.
  package static func forEach(over count: Int, size: Int = standardSize, _ body: (Range<Int>) -> Void) {
    let slabs = (count + size - 1) / size
    let workers = min(slabs, width.load(ordering: .relaxed))
    guard workers > 1 else {
      for slab in 0..<slabs { body(slab * size..<min((slab + 1) * size, count)) }
      return
    }
    // The next slab that nobody works on: where a core is taken by others, the rest do its share.
    let next = Atomic<Int>(0)
    withoutActuallyEscaping(body) { body in
      // Not checked by the compiler, and right as long as each call writes only to its own range:
      // concurrentPerform returns after the last call, so nothing outlives what `body` captures.
      nonisolated(unsafe) let body = body
      DispatchQueue.concurrentPerform(iterations: workers) { _ in
        var slab = next.add(1, ordering: .relaxed).oldValue
        while slab < slabs {
          body(slab * size..<min((slab + 1) * size, count))
          slab = next.add(1, ordering: .relaxed).oldValue
        }
      }
    }
  }

  /// One value for each slab of `0..<count`, computed concurrently, in the order of the slabs.
  package static func map<Value>(
    over count: Int, size: Int = standardSize, _ body: (Range<Int>) -> Value
  ) -> [Value] {
    let slabs = (count + size - 1) / size
    return Array(unsafeUninitializedCapacity: slabs) { values, filled in
      forEach(over: count, size: size) { range in
        values.initializeElement(at: range.lowerBound / size, to: body(range))
      }
      filled = slabs
    }
  }

  /// One value for each of `0..<count`, in their order, on as many threads as asked for.
  package static func map<Value>(_ count: Int, threads: Int, _ body: (Int) -> Value) -> [Value] {
    let share = max(1, (count + threads - 1) / threads)
    return map(over: count, size: share) { $0.map(body) }.flatMap { $0 }
  }

  package static func sum<Value: AdditiveArithmetic>(
    over count: Int, size: Int = standardSize, _ body: (Range<Int>) -> Value
  ) -> Value {
    map(over: count, size: size, body).reduce(.zero, +)
  }
}
