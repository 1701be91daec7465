import Numerics
import Synthesis
import TestSupport
import Testing

@Suite struct IntensityAugmentationTests {
  private func patch(_ change: (inout IntensityAugmentation) -> Void, seed: UInt64) -> (Patch, Patch) {
    var intensity = IntensityAugmentation.none
    change(&intensity)
    let source = Phantom.blob(32)
    var generator = SeededGenerator(seed: seed)
    let plain = Augmentation.none(source, centre: [16, 16, 16], size: [32, 32, 32], using: &generator)
    var changed = plain
    intensity.apply(to: &changed, spacing: .one, using: &generator)
    return (plain, changed)
  }

  @Test("labels stay as they are, and the image changes", arguments: 0..<5 as Range<UInt64>)
  func labels(seed: UInt64) {
    let (plain, changed) = patch({ $0 = Augmentation.everything.intensity }, seed: seed)
    #expect(changed.labels == plain.labels)
    #expect(changed.image != plain.image)
  }

  @Test(
    "contrast keeps the order of intensities and stays within its factor", arguments: 0..<10 as Range<UInt64>)
  func contrast(seed: UInt64) {
    let (plain, changed) = patch({ $0.contrastProbability = 1 }, seed: seed)
    let (before, after) = (IntensityStatistics(plain.image), IntensityStatistics(changed.image))
    let factor = after.deviation / before.deviation
    #expect(factor > 1 / 1.301 && factor < 1.301)
    #expect(abs(after.mean - before.mean) < 0.201 * before.deviation)
  }

  @Test("noise has the mean 0 and at most its deviation", arguments: 0..<10 as Range<UInt64>)
  func noise(seed: UInt64) {
    let (plain, changed) = patch({ $0.noiseProbability = 1 }, seed: seed)
    let noise = IntensityStatistics(zip(changed.image, plain.image).map { $0 - $1 })
    let limit = 0.15 * IntensityStatistics(plain.image).deviation
    // 32768 voxels: the mean strays by σ/181, the deviation by 0.4 %.
    #expect(abs(noise.mean) < 5 * limit / 181)
    #expect(noise.deviation > 0 && noise.deviation < 1.02 * limit)
  }
}
