import Dispatch

/// The elements' images in order, computed by at most `threads` threads, each over a contiguous share.
func concurrentMap<Element, Result>(
  _ elements: [Element], threads: Int, _ transform: (Element) -> Result
) -> [Result] {
  let workers = max(1, min(threads, elements.count))
  guard workers > 1 else { return elements.map(transform) }
  return [Result](unsafeUninitializedCapacity: elements.count) { results, count in
    let work = { (worker: Int) in
      let share = worker * elements.count / workers..<(worker + 1) * elements.count / workers
      for index in share { results.initializeElement(at: index, to: transform(elements[index])) }
    }
    withoutActuallyEscaping(work) { work in
      // The compiler cannot see what holds here: each call writes its own share, and concurrentPerform returns
      // after the last, so nothing outlives what `work` captures.
      nonisolated(unsafe) let work = work
      DispatchQueue.concurrentPerform(iterations: workers) { work($0) }
    }
    count = elements.count
  }
}
