import Segmentation
import TestSupport
import Testing

@Suite struct PatchSourceTests {
  static let source = PatchSource(
    images: (0..<5).map { Phantom.numbered([14 + $0, 13, 12]) },
    sampler: PatchSampler(size: [10, 9, 8]), augmentation: .standard, batchSize: 3, seed: 42)

  @Test("each round through the images visits every one of them, in changing order")
  func rounds() {
    let rounds = (0..<8).map { round in
      (0..<5).map { PatchSourceTests.source.imageNumber(at: round * 5 + $0) }
    }
    for round in rounds { #expect(round.sorted() == [0, 1, 2, 3, 4]) }
    #expect(Set(rounds).count > 1)
  }

  @Test("a batch holds its patches one behind the other: [N, 1, D, H, W]")
  func layout() {
    let batch = PatchSourceTests.source.batch(at: 2)
    let patches = (6..<9).map(PatchSourceTests.source.patch)
    #expect(batch.count == 3)
    #expect(batch.size == [10, 9, 8])
    #expect(batch.images == patches[0].image + patches[1].image + patches[2].image)
    #expect(batch.labels == patches[0].labels + patches[1].labels + patches[2].labels)
  }

  @Test("other seeds and other numbers give other patches")
  func distinct() {
    var other = (0..<4).map(PatchSourceTests.source.patch)
    let reseeded = PatchSource(
      images: PatchSourceTests.source.images, sampler: PatchSourceTests.source.sampler,
      augmentation: .standard, batchSize: 3, seed: 43)
    other += (0..<4).map(reseeded.patch)
    #expect(Set(other.map(\.image)).count == 8)
  }
}
