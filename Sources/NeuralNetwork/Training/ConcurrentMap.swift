import Dispatch

/// The elements' images in order, computed by at most `threads` threads, each over a contiguous share.
func concurrentMap<Element, Result>(
  _ elements: [Element], threads: Int, _ transform: (Element) -> Result
) -> [Result] {
  let workers = max(1, min(threads, elements.count))
  guard workers > 1 else { return elements.map(transform) }
  return [Result](unsafeUninitializedCapacity: elements.count) { buffer, count in
    // Each worker writes its own share, and all have ended when concurrentPerform returns.
    nonisolated(unsafe) let buffer = buffer
    nonisolated(unsafe) let transform = transform
    nonisolated(unsafe) let elements = elements
    DispatchQueue.concurrentPerform(iterations: workers) { worker in
      let share = worker * elements.count / workers..<(worker + 1) * elements.count / workers
      for index in share { buffer.initializeElement(at: index, to: transform(elements[index])) }
    }
    count = elements.count
  }
}
