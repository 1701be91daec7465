import Numerics

extension UnsafeBufferPointer<Float> {
  /// The number of elements that a thread copies at a time: enough to hide the overhead, few enough to distribute.
  private static var chunkLength: Int { 1 << 18 }

  /// Copies all elements on several threads, which also distributes the page faults of new memory.
  func copy(to target: UnsafeMutableBufferPointer<Float>, threads: Int) {
    precondition(target.count >= count, "the target of a copy must have room for all elements")
    _ = ParallelLoop.map(Array(stride(from: 0, to: count, by: Self.chunkLength)), threads: threads) { start in
      let length = Swift.min(Self.chunkLength, count - start)
      guard let from = baseAddress, let to = target.baseAddress else { return }
      (to + start).update(from: from + start, count: length)
    }
  }
}

extension UnsafeMutableBufferPointer<Float> {
  /// Returns an array of the elements, copied on several threads.
  func copied(threads: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: count) { target, initialized in
      UnsafeBufferPointer(self).copy(to: target, threads: threads)
      initialized = count
    }
  }
}
