import Imaging
import Segmentation
import Synthesis
import Testing

@Suite("Contrast of training patches")
struct PatchContrastTests {
  /// Four blocks along k: air, fluid, gray matter and white matter; a third of the voxels are a little darker, a third a
  /// little brighter, without a pattern that a stride could meet.
  private static let image: LabeledImage = {
    let grid = Grid(shape: [30, 30, 48], affine: .identity)
    let levels: [(label: UInt16, value: Float)] = [(0, 0.02), (3, 0.2), (1, 0.5), (2, 0.9)]
    let blocks = (0..<grid.count).map { levels[$0 / 900 / 12] }
    return LabeledImage(
      image: Volume(
        grid: grid,
        voxels: blocks.enumerated().map { $1.value + [-0.01, 0, 0.01][$0 % 900 * 7919 % 1009 % 3] }),
      labels: LabelMap(grid: grid, labels: blocks.map(\.label)))
  }()

  private static func grayMedian(_ patch: Patch) -> Float {
    let values = zip(patch.image, patch.labels).filter { $1 == 1 }.map(\.0).sorted()
    return values[values.count / 2]
  }

  @Test("a share of the patches gets the standard contrast, with medians that vary a little")
  func training() {
    var centring = Centring()
    (centring.share, centring.offset) = (1, 0)
    let source = PatchSource(
      images: [Self.image],
      sampler: PatchSampler(size: Self.image.image.grid.shape, labeledFraction: 0, centring: centring),
      augmentation: .none, contrast: HistogramStandardization(), batchSize: 1, seed: 4)
    let medians = (0..<200).map { Self.grayMedian(source.patch(at: $0)) }
    let unchanged = medians.count { abs($0 - 0.5) < 1e-6 }
    #expect(unchanged > 25 && unchanged < 80, "\(unchanged) of 200, a quarter of them expected")
    let moved = medians.filter { abs($0 - 0.5) >= 1e-6 }
    let mean = moved.reduce(0, +) / Float(moved.count)
    #expect(abs(mean - HistogramStandardization().gray) < 0.02)
    #expect(Set(moved).count > moved.count / 2)
    #expect(moved.allSatisfy { abs($0 - HistogramStandardization().gray) < 0.15 })
  }
}
