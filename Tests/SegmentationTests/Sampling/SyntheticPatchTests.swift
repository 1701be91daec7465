import Imaging
import Segmentation
import Synthesis
import TestSupport
import Testing

@Suite("Patches of synthetic heads")
struct SyntheticPatchTests {
  private static func source(seed: UInt64, share: Double = 1, images: [LabeledImage] = []) throws
    -> PatchSource
  {
    var synthesis = Synthesis()
    synthesis.share = share
    return PatchSource(
      images: images, heads: [try HeadPhantom.head(), try HeadPhantom.head(40)],
      synthesizer: HeadSynthesizer(synthesis), sampler: PatchSampler(size: [24, 20, 16]), augmentation: .none,
      batchSize: 2, seed: seed)
  }

  @Test("batches are functions of seed and number, on any number of threads", arguments: [1, 3])
  func deterministic(workers: Int) throws {
    let source = try Self.source(seed: 5)
    let loader = PatchLoader(source, workers: workers)
    for index in 0..<6 { #expect(loader.next() == source.batch(at: index)) }
    #expect(source.patch(at: 0) != source.patch(at: 2))
    #expect(try Self.source(seed: 6).patch(at: 0) != source.patch(at: 0))
  }

  @Test("a share of the patches is synthesized, the others are crops of the real images")
  func mixture() throws {
    // No synthetic patch, which is scaled to 0...1, has a 2.
    let image = LabeledImage(
      image: Volume(grid: Grid(shape: [30, 30, 30], affine: .identity), repeating: 2),
      labels: LabelMap(grid: Grid(shape: [30, 30, 30], affine: .identity), repeating: 1))
    let source = try Self.source(seed: 1, share: 0.7, images: [image])
    let real = (0..<200).count { source.patch(at: $0).image[0] == 2 }
    // 60 are expected, with a standard deviation of 6.5.
    #expect((34...86).contains(real))
  }
}
