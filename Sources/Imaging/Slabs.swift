import Dispatch

/// Work on ranges of indices, spread over the processor's cores.
///
/// Slabs have a fixed size, whatever the number of cores, so that a result summed over slabs in order has the
/// same bits on every machine.
package enum Slabs {
  /// Elements per slab where none is given: enough that starting a slab costs nothing beside its work.
  package static let standardSize = 1 << 18

  /// Calls `body` once for each slab of `0..<count`, concurrently.
  package static func forEach(over count: Int, size: Int = standardSize, _ body: (Range<Int>) -> Void) {
    let slabs = (count + size - 1) / size
    if slabs == 1 { return body(0..<count) }
    withoutActuallyEscaping(body) { body in
      // Not checked by the compiler, and right as long as each call writes only to its own range:
      // concurrentPerform returns after the last call, so nothing outlives what `body` captures.
      nonisolated(unsafe) let body = body
      DispatchQueue.concurrentPerform(iterations: slabs) { slab in
        body(slab * size..<min((slab + 1) * size, count))
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

  package static func sum<Value: AdditiveArithmetic>(
    over count: Int, size: Int = standardSize, _ body: (Range<Int>) -> Value
  ) -> Value {
    map(over: count, size: size, body).reduce(.zero, +)
  }
}
