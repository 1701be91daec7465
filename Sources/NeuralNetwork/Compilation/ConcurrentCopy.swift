import Numerics

extension UnsafeBufferPointer<Float> {
  /// What one thread takes at a time: long enough to cost nothing, short enough to share.
  private static var chunkLength: Int { 1 << 18 }

  /// Copies all elements; memory that is new to the process is touched by all threads.
  func copy(to target: UnsafeMutableBufferPointer<Float>, threads: Int) {
    precondition(target.count >= count, "a copy has room")
    _ = ParallelLoop.map(Array(stride(from: 0, to: count, by: Self.chunkLength)), threads: threads) { start in
      let length = Swift.min(Self.chunkLength, count - start)
      guard let from = baseAddress, let to = target.baseAddress else { return }
      (to + start).update(from: from + start, count: length)
    }
  }
}

extension UnsafeMutableBufferPointer<Float> {
  func copied(threads: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: count) { target, initialized in
      UnsafeBufferPointer(self).copy(to: target, threads: threads)
      initialized = count
    }
  }
}
