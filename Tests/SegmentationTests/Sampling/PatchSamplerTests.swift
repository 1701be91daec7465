import Imaging
import Numerics
import Segmentation
import Synthesis
import TestSupport
import Testing

@Suite struct PatchSamplerTests {
  @Test("the share of centres on labelled voxels is the one asked for", arguments: [0.0, 0.3, 0.7, 1])
  func share(fraction: Double) {
    let source = Phantom.tissues(40)
    let sampler = PatchSampler(size: [1, 1, 1], labeledFraction: fraction)
    var generator = SeededGenerator(seed: 6)
    var hits = 0
    for _ in 0..<4000 {
      let centre = sampler.centre(in: source, using: &generator)
      if source.labels[centre.x, centre.y, centre.z] != 0 { hits += 1 }
    }
    // Uniform centres fall on tissue by chance too. Four standard deviations are at most 0.032.
    let chance = Double(source.labels.labels.count { $0 != 0 }) / Double(source.labels.labels.count)
    let expected = fraction + (1 - fraction) * chance
    #expect(abs(Double(hits) / 4000 - expected) < 0.032)
  }

  @Test("patches stay inside the image, or hold all of it where it is smaller", arguments: [0.0, 1])
  func inside(fraction: Double) {
    let source = Phantom.numbered([20, 7, 8])
    let sampler = PatchSampler(size: [9, 8, 8], labeledFraction: fraction)
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<500 {
      let origin = sampler.centre(in: source, using: &generator) &- sampler.size / 2
      #expect((0...11).contains(origin.x))
      #expect((-1...0).contains(origin.y))
      #expect(origin.z == 0)
    }
  }

  @Test("an image without tissue gives centres anywhere")
  func unlabeled() {
    let grid = Grid(shape: [9, 9, 9], affine: .identity)
    let source = LabeledImage(image: Volume(grid: grid), labels: LabelMap(grid: grid))
    var generator = SeededGenerator(seed: 8)
    let centre = PatchSampler(size: [3, 3, 3], labeledFraction: 1).centre(in: source, using: &generator)
    #expect((1...7).contains(centre.x))
  }
}
