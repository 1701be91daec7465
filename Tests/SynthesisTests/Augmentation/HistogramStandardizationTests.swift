import Imaging
import Numerics
import Synthesis
import Testing

/// Three blocks of tissue in air, one behind the other along k.
@Suite("The contrast that a network knows")
struct HistogramStandardizationTests {
  private static let size = SIMD3(30, 30, 48)

  private static func patch(fluid: Float, gray: Float, white: Float, isWet: Bool = true) -> Patch {
    let levels: [(label: UInt8, value: Float)] = [(0, 0.02), (3, fluid), (1, gray), (2, white)]
    var (image, labels): ([Float], [UInt8]) = ([], [])
    for k in 0..<size.z {
      let level = levels[k / 12 == 1 && !isWet ? 0 : k / 12]
      for n in 0..<size.x * size.y {
        labels.append(level.label)
        // A third of the voxels a little darker, a third a little brighter, without a pattern that a stride could meet.
        image.append(level.value + [-0.01, 0, 0.01][n * 7919 % 1009 % 3])
      }
    }
    return Patch(size: size, image: image, labels: labels)
  }

  private static func median(_ patch: Patch, _ label: UInt8) -> Float {
    let values = zip(patch.image, patch.labels).filter { $1 == label }.map(\.0).sorted()
    return values[values.count / 2]
  }

  private static func standardized(_ patch: Patch, jitter: Float = 0, share: Double = 1) -> Patch {
    var contrast = HistogramStandardization()
    (contrast.share, contrast.jitter) = (share, jitter)
    var generator = SeededGenerator(seed: 3)
    var result = patch
    contrast.apply(to: &result, using: &generator)
    return result
  }

  @Test(
    "medians of the tissues come to their places, whatever they were",
    arguments: [(0.1, 0.4, 0.6), (0.5, 0.6, 0.7), (0.3, 0.8, 0.9), (0.05, 0.1, 0.15)])
  func places(fluid: Float, gray: Float, white: Float) {
    let result = Self.standardized(Self.patch(fluid: fluid, gray: gray, white: white))
    let contrast = HistogramStandardization()
    for (label, place) in [(UInt8(3), contrast.fluid), (1, contrast.gray), (2, contrast.white)] {
      #expect(abs(Self.median(result, label) - place) < 1e-5)
    }
  }

  @Test("darker voxels stay darker, and black and white stay what they are")
  func order() throws {
    let contrast = HistogramStandardization()
    let medians = try #require(HistogramStandardization.Medians(fluid: 0.2, gray: 0.3, white: 0.7))
    let before = (0...1000).map { Float($0) / 1000 }
    var after = before
    contrast.apply(medians, to: &after)
    #expect(after.first == 0 && after.last == 1)
    #expect(zip(after, after.dropFirst()).allSatisfy { $0 < $1 })
    var beyond: [Float] = [-1, 2]
    contrast.apply(medians, to: &beyond)
    #expect(beyond == [0, 1])
  }

  @Test("a brain without fluid has its gray and white matter brought there, and one as bright as can be too")
  func dry() {
    let result = Self.standardized(Self.patch(fluid: 0, gray: 0.6, white: 0.99, isWet: false))
    #expect(abs(Self.median(result, 1) - HistogramStandardization().gray) < 1e-5)
    #expect(abs(Self.median(result, 2) - HistogramStandardization().white) < 1e-5)
  }

  @Test(
    "other contrasts than that of T1 weighting stay as they are",
    arguments: [(0.9, 0.6, 0.4), (0.7, 0.6, 0.8), (0.2, 0.6, 0.61), (0.2, 0.6, 0.6)])
  func otherContrasts(fluid: Float, gray: Float, white: Float) {
    let patch = Self.patch(fluid: fluid, gray: gray, white: white)
    #expect(Self.standardized(patch) == patch)
  }

  @Test("voxels with another label beside them do not count")
  func borders() {
    var patch = Self.patch(fluid: 0.2, gray: 0.5, white: 0.9)
    // Every second voxel of the gray matter is something else.
    for index in patch.labels.indices where patch.labels[index] == 1 && index % 2 == 0 {
      patch.labels[index] = 0
    }
    #expect(HistogramStandardization().medians(of: patch) == nil)
  }
}
