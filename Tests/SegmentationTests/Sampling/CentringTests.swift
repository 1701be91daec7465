import Imaging
import Numerics
import Segmentation
import Synthesis
import Testing

@Suite struct CentringTests {
  /// Tissue whose box has its middle at (12, 20, 8), far from the middle of the image, in voxels of 1, 2 and 4 mm.
  private static let source: LabeledImage = {
    let grid = Grid(shape: [50, 44, 40], affine: Affine(spacing: [1, 2, 4]))
    var labels = LabelMap(grid: grid)
    for (i, j, k) in [(4, 20, 8), (20, 30, 6), (11, 10, 10)] { labels[i, j, k] = 2 }
    return LabeledImage(image: Volume(grid: grid, repeating: 1), labels: labels)
  }()

  private func offsets(_ centring: Centring?, fraction: Double = 0) -> [SIMD3<Int>] {
    let sampler = PatchSampler(size: [30, 30, 30], labeledFraction: fraction, centring: centring)
    var generator = SeededGenerator(seed: 5)
    return (0..<2000).map { _ in sampler.centre(in: Self.source, using: &generator) &- [12, 20, 8] }
  }

  @Test(
    "patches lie around the middle of the tissue's box, up to the offset in mm from it, wherever the image ends"
  )
  func around() {
    var centring = Centring()
    centring.share = 1
    centring.offset = 8
    let offsets = offsets(centring)
    for (axis, reach) in [8, 4, 2].enumerated() {
      // Each whole step up to the end is met, and none beyond.
      #expect(Set(offsets.map { $0[axis] }) == Set(-reach...reach))
    }
  }

  @Test("its share of the patches lies so, the others as without", arguments: [0.0, 0.3, 0.8])
  func share(of share: Double) {
    var centring = Centring()
    centring.share = share
    centring.offset = 0
    let hits = offsets(centring).count { $0 == .zero }
    // By chance: a patch that stays in the image cannot be centred there. Four standard deviations are 0.045.
    #expect(abs(Double(hits) / 2000 - share) < 0.045)
  }

  @Test("without centring a seed gives the centres that it always gave, tissue or none")
  func unchanged() {
    var none = Centring()
    none.share = 1
    let grid = Grid(shape: [40, 40, 40], affine: .identity)
    let empty = LabeledImage(image: Volume(grid: grid), labels: LabelMap(grid: grid))
    let samplers = [nil, none].map { PatchSampler(size: [8, 8, 8], centring: $0) }
    let centres = samplers.map { sampler in
      var generator = SeededGenerator(seed: 2)
      return (0..<20).map { _ in sampler.centre(in: empty, using: &generator) }
    }
    #expect(centres[0] == centres[1])
  }
}
