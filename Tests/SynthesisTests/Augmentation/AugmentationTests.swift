import Foundation
import Imaging
import Numerics
import Synthesis
import TestSupport
import Testing

@Suite struct AugmentationTests {
  @Test(
    "without changes a patch is the exact crop, and zeros where it leaves the image",
    arguments: [
      ([5, 6, 7], [4, 4, 4]), ([0, 0, 0], [5, 4, 3]), ([10, 8, 9], [6, 7, 8]), ([5, 5, 5], [20, 19, 18]),
      ([-40, 3, 3], [4, 4, 4]),
    ] as [(SIMD3<Int>, SIMD3<Int>)])
  func crop(centre: SIMD3<Int>, size: SIMD3<Int>) {
    let source = Phantom.numbered([11, 9, 10], spacing: [0.9, 1.1, 1.3])
    var generator = SeededGenerator(seed: 1)
    let patch = Augmentation.none(source, centre: centre, size: size, using: &generator)
    for k in 0..<size.z {
      for j in 0..<size.y {
        for i in 0..<size.x {
          let p = centre &- size / 2 &+ SIMD3(i, j, k)
          let inside = (0..<3).allSatisfy { (0..<source.shape[$0]).contains(p[$0]) }
          let n = i + size.x * (j + size.y * k)
          #expect(patch.image[n] == (inside ? source.image[p.x, p.y, p.z] : 0))
          #expect(patch.labels[n] == (inside ? UInt8(source.labels[p.x, p.y, p.z]) : 0))
        }
      }
    }
  }

  @Test("a patch is a pure function of the generator's state")
  func repeatable() {
    let source = Phantom.blob(24)
    var (a, b) = (SeededGenerator(seed: 2), SeededGenerator(seed: 2))
    let first = Augmentation.standard(source, centre: [12, 12, 12], size: [16, 16, 16], using: &a)
    #expect(Augmentation.standard(source, centre: [12, 12, 12], size: [16, 16, 16], using: &b) == first)
    #expect(Augmentation.standard(source, centre: [12, 12, 12], size: [16, 16, 16], using: &b) != first)
  }

  @Test("a patch with every change on is finite and holds no new label", arguments: 0..<20 as Range<UInt64>)
  func finite(seed: UInt64) {
    let source = Phantom.blob(24)
    var generator = SeededGenerator(seed: seed)
    let patch = Augmentation.everything(source, centre: [3, 20, 12], size: [17, 18, 19], using: &generator)
    #expect(patch.image.allSatisfy { $0.isFinite })
    #expect(Set(patch.labels).isSubset(of: [0, 1]))
  }

  @Test("spared, seven of ten patches are neither turned nor bent, where the standard leaves two")
  func sparing() {
    func crops(_ augmentation: Augmentation) -> Double {
      var spatial = augmentation.spatial
      spatial.flipProbability = 0
      var generator = SeededGenerator(seed: 3)
      let grid = Grid(shape: [24, 24, 24], affine: .identity)
      let drawn = (0..<1000).map { _ in
        spatial.map(from: grid, centre: [12, 12, 12], size: [4, 4, 4], using: &generator)
      }
      let crops = drawn.filter { $0.displacement.isEmpty && $0.affine.linear([1, 2, 3]) == [1, 2, 3] }
      return Double(crops.count) / 1000
    }
    #expect(abs(crops(.sparing) - 0.8 * 0.9) < 0.05)
    #expect(abs(crops(.standard) - 0.3 * 0.6) < 0.05)
  }

  @Test("an image of one value and one voxel survives every change")
  func tiny() {
    let grid = Grid(shape: [1, 1, 1], affine: .identity)
    let source = LabeledImage(
      image: Volume(grid: grid, repeating: 3), labels: LabelMap(grid: grid, repeating: 2))
    var generator = SeededGenerator(seed: 3)
    let patch = Augmentation.everything(source, centre: .zero, size: [1, 1, 1], using: &generator)
    #expect(patch.image.count == 1 && patch.image[0].isFinite)
  }

  @Test("a configuration survives JSON")
  func coding() throws {
    let data = try JSONEncoder().encode(Augmentation.everything)
    #expect(try JSONDecoder().decode(Augmentation.self, from: data) == .everything)
  }
}

extension Augmentation {
  /// Each change certain, at its default range.
  static let everything: Augmentation = {
    var everything = Augmentation.standard
    everything.spatial.flipProbability = 1
    everything.spatial.affineProbability = 1
    everything.spatial.elasticProbability = 1
    everything.intensity.blurProbability = 1
    everything.intensity.biasProbability = 1
    everything.intensity.contrastProbability = 1
    everything.intensity.gammaProbability = 1
    everything.intensity.noiseProbability = 1
    return everything
  }()
}
