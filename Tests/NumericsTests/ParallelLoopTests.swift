import Numerics
import Synchronization
import Testing

@Suite("Parallel loop")
struct ParallelLoopTests {
  @Test(
    "each index is visited once, and a sum has the same bits with any number of threads",
    arguments: [1, 2, 3, 64])
  func limit(threads: Int) {
    let terms = (0..<10_007).map { 1 / Float($0 + 1) }
    let sum = ParallelLoop.sum(over: terms.count, size: 100) { $0.reduce(0) { $0 + terms[$1] } }
    let visits = Mutex([Int](repeating: 0, count: terms.count))
    ParallelLoop.limited(to: threads) {
      ParallelLoop.forEach(over: terms.count, size: 100) { range in
        visits.withLock { visits in for index in range { visits[index] += 1 } }
      }
      #expect(ParallelLoop.sum(over: terms.count, size: 100) { $0.reduce(0) { $0 + terms[$1] } } == sum)
    }
    #expect(visits.withLock { $0.allSatisfy { $0 == 1 } })
  }

  @Test("no more ranges than the limit are worked on at the same time")
  func width() {
    let running = Mutex((now: 0, most: 0))
    ParallelLoop.limited(to: 2) {
      ParallelLoop.forEach(over: 64, size: 1) { _ in
        running.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
        // Long enough for others to begin meanwhile, if they may.
        var state = UInt32(1)
        for _ in 0..<100_000 { state = state &* 1_664_525 &+ 1_013_904_223 }
        running.withLock { $0.now -= state == 0 ? 2 : 1 }
      }
    }
    #expect(running.withLock { (1...2).contains($0.most) && $0.now == 0 })
  }
}
