import Segmentation
import Testing

@Suite struct PatchLoaderTests {
  @Test("batches come in order and do not depend on workers or look-ahead", arguments: [1, 2, 5], [1, 3, 8])
  func deterministic(workers: Int, ahead: Int) {
    let loader = PatchLoader(PatchSourceTests.source, ahead: ahead, workers: workers)
    for index in 0..<12 { #expect(loader.next() == PatchSourceTests.source.batch(at: index)) }
  }

  @Test("a loader that starts at a later batch goes on as one that ran from the beginning")
  func resumed() {
    let loader = PatchLoader(PatchSourceTests.source, startingAt: 7, workers: 2)
    for index in 7..<10 { #expect(loader.next() == PatchSourceTests.source.batch(at: index)) }
  }

  @Test("loaders end with work under way, with or without a batch taken")
  func shutdown() {
    for round in 0..<50 {
      let loader = PatchLoader(PatchSourceTests.source, ahead: 6, workers: 3)
      if round.isMultiple(of: 2) { #expect(loader.next().index == 0) }
    }
  }

  @Test("callers on several threads get each batch once")
  func shared() async {
    let loader = PatchLoader(PatchSourceTests.source, workers: 2)
    let indices = await withTaskGroup(of: [Int].self) { group in
      for _ in 0..<2 { group.addTask { (0..<6).map { _ in loader.next().index } } }
      return await group.reduce(into: [Int]()) { $0 += $1 }
    }
    #expect(indices.sorted() == Array(0..<12))
  }
}
