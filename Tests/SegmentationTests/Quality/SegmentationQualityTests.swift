import Foundation
import Imaging
import Segmentation
import Testing

@Suite("SegmentationQuality")
struct SegmentationQualityTests {
  private static let head = FoldedHead()

  @Test("a head as it should be has a score of 1 and no doubts, whichever way its voxels are stored")
  func sound() {
    let upright = Self.head.quality()
    #expect(upright.score == 1 && upright.doubts.isEmpty, "\(upright.doubts), \(upright.values)")
    for orientation in ["LPI", "AIL", "SRP"] {
      let turned = FoldedHead(orientation: orientation).quality()
      for (measure, value) in upright.values {
        // Noise falls on other voxels: a percent or two of a contrast of 4, least sure of fluid. All else is the same.
        let tolerance = measure == .whiteContrast || measure == .grayContrast ? 0.15 : 1e-6
        #expect(abs((turned.values[measure] ?? .nan) - value) < tolerance, "\(orientation), \(measure)")
      }
    }
  }

  @Test("shares and ratios are those of the labels counted")
  func counted() throws {
    let labels = Self.head.labels.labels
    let counts = (0...3).map { label in Double(labels.count { $0 == UInt16(label) }) }
    let values = Self.head.quality().values
    // Nothing is enclosed, so that the brain is all tissue; a voxel has 0.008 ml.
    let brain = counts[1] + counts[2] + counts[3]
    #expect(abs(try #require(values[.intracranialVolume]) - 0.008 * brain) < 1e-6)
    #expect(abs(try #require(values[.grayShare]) - counts[1] / brain) < 1e-9)
    #expect(abs(try #require(values[.whiteOverGray]) - counts[2] / counts[1]) < 1e-9)
  }

  @Test("contrast is the difference of the means over the noise that was added")
  func contrast() throws {
    for noise in [Float(5), 10] {
      let values = FoldedHead(noise: noise).quality().values
      for measure in [QualityMeasure.whiteContrast, .grayContrast] {
        // 40 apart; over half a million voxels, the error of a quantile is below a hundredth.
        let truth = 40 / Double(noise)
        let value = try #require(values[measure])
        #expect(abs(value - truth) < 0.02 * truth)
      }
    }
  }

  @Test("a shell of gray matter around a ball has the volume and the area of geometry")
  func thickness() throws {
    let grid = Grid(shape: [60, 60, 60], affine: Affine(spacing: .one, origin: [-29.5, -29.5, -29.5]))
    var labels = LabelMap(grid: grid)
    for index in labels.labels.indices {
      let p = grid.affine([Double(index % 60), Double(index / 60 % 60), Double(index / 3600)])
      let radius = (p * p).sum().squareRoot()
      labels.labels[index] = radius < 20 ? 2 : radius < 24 ? 1 : 0
    }
    let found = Segmentation(labels: labels, probabilities: [:])
    let values = SegmentationQuality(found, scan: Volume(grid: grid), brain: found.brainMask).values
    // (24³ - 20³) / (3 · 20²)
    let truth = 5824.0 / 1200
    #expect(abs(try #require(values[.thickness]) - truth) < 0.05 * truth)
    #expect(values[.asymmetry] == 0 && values[.width] == 1 && values[.height] == 1)
    #expect(values[.strayShare] == 0 && values[.whiteContrast] == nil && values[.entropy] == nil)
  }

  @Test("a brain that is cut off ends with the share of its slices that geometry gives")
  func cut() throws {
    let whole = Self.head.quality().values
    #expect(try #require(whole[.cutShare]) < 0.1 && whole[.borderShare] == 0)
    // The last slice that is left is 39 mm above the middle of a radius of 60.
    let left = 1 - (39.0 / 60) * (39.0 / 60)
    let slice = 100 * 100
    let kept = Int((100 + 10 + 40) / 2) * slice
    var labels = Self.head.labels
    for index in kept..<labels.labels.count { labels.labels[index] = 0 }
    let inside = Self.head.quality(labels)
    #expect(abs(try #require(inside.values[.cutShare]) - left) < 0.02)
    #expect(inside.values[.borderShare] == 0)
    let grid = Grid(shape: [100, 100, kept / slice], affine: Self.head.grid.affine)
    let found = Segmentation(
      labels: LabelMap(grid: grid, labels: Array(labels.labels[..<kept])), probabilities: [:])
    let scan = Volume(grid: grid, voxels: Array(Self.head.scan.voxels[..<kept]))
    let atBorder = SegmentationQuality(found, scan: scan, brain: found.brainMask)
    #expect(atBorder.values[.borderShare] == inside.values[.cutShare])
    #expect(atBorder.isDoubtful && atBorder.doubts.contains { $0.contains("border of the field of view") })
  }

  @Test(
    "a brain that an oblique plane has cut ends with the cross-section that geometry gives, and is not believed",
    arguments: [
      SIMD3(0.0, 0.6, 0.8), SIMD3(0.48, 0.64, 0.6), SIMD3(-0.6, 0.64, 0.48),
    ])
  func obliqueCut(normal: SIMD3<Double>) throws {
    let whole = try #require(Self.head.quality().values[.flatShare])
    #expect(whole < 0.2)
    // An ellipsoid of these radii reaches so far along a normal, and its cross-sections shrink with the square of their
    // distance from the middle, here at [0, 0, 10].
    let reach = ((SIMD3(66, 84, 60) * normal) * (SIMD3(66, 84, 60) * normal)).sum().squareRoot()
    let middle = 10 * normal.z
    for part in [0.5, 0.7] {
      var labels = Self.head.labels
      for index in labels.labels.indices where labels.labels[index] > 0 {
        let voxel = SIMD3(Double(index % 100), Double(index / 100 % 100), Double(index / 10000))
        let height = (labels.grid.affine(voxel) * normal).sum()
        if height > middle + part * reach { labels.labels[index] = 0 }
      }
      let quality = Self.head.quality(labels)
      let share = try #require(quality.values[.flatShare])
      // The outermost cross-section is 3 mm deep, so that it can be a little larger than the cut; and the directions that
      // are tried lie some 4° apart, by half of which a plane across 120 mm leaves a layer of 3 mm at its rim.
      let excess = share - (1 - part * part)
      #expect(excess > -0.08 && excess < 0.1, "\(share)")
      #expect(quality.isDoubtful && quality.doubts.contains { $0.contains("flat end") })
    }
  }

  @Test("what cannot be measured is n/a in the table, and no number that is none")
  func unmeasured() {
    let values: [QualityMeasure: Double] = [.grayShare: 0.5, .width: .infinity, .height: .nan]
    let quality = SegmentationQuality(values: values)
    #expect(quality.score == 0)
    #expect(
      quality.doubts == [
        "the brain's height over its length cannot be measured",
        "the brain's width over its length cannot be measured",
      ])
    let grid = Grid(shape: [1, 1, 1], affine: .identity)
    let labels = LabelMap(grid: grid, labels: [1])
    let row = VolumeTable.Row(
      subject: "a", Segmentation(labels: labels, probabilities: [:]), brain: labels, quality: quality)
    #expect(row.cell("width_over_length") == nil && row.cell("height_over_length") == nil)
    #expect(!row.cells.contains { $0.contains("inf") || $0.contains("nan") }, "\(row.cells)")
    #expect(row.lowQuality?.hasPrefix("low quality 0.00: the brain's ") == true)
  }

  @Test(
    "exchanged labels are not believed, and the reason is said",
    arguments: [
      ([0, 2, 1, 3], "white matter is darker than gray matter"),
      ([0, 3, 2, 1], "gray matter is darker than fluid"),
    ])
  func exchanged(order: [UInt16], reason: String) {
    var labels = Self.head.labels
    labels.labels = labels.labels.map { order[Int($0)] }
    let quality = Self.head.quality(labels)
    #expect(quality.score == 0 && quality.doubts.contains(reason), "\(quality.doubts)")
  }

  @Test("a header that exchanges front and back, or top and bottom, is found out; left and right is not")
  func turned() {
    func quality(_ signs: SIMD3<Double>) -> SegmentationQuality {
      let affine = Self.head.grid.affine
      let grid = Grid(
        shape: Self.head.grid.shape,
        affine: Affine(
          i: affine.i * signs, j: affine.j * signs, k: affine.k * signs, origin: affine.origin * signs))
      let labels = LabelMap(grid: grid, labels: Self.head.labels.labels)
      let found = Segmentation(labels: labels, probabilities: [:])
      return SegmentationQuality(
        found, scan: Volume(grid: grid, voxels: Self.head.scan.voxels), brain: found.brainMask)
    }
    #expect(quality([1, -1, 1]).isDoubtful)
    #expect(quality([1, 1, -1]).isDoubtful)
    #expect(quality([-1, 1, 1]).score == 1)
  }

  @Test("one side without gray matter is wholly asymmetric; stray voxels are counted in their share")
  func sides() throws {
    var labels = Self.head.labels
    for index in labels.labels.indices where index % 100 < 50 && labels.labels[index] == 1 {
      labels.labels[index] = 3
    }
    #expect(try #require(Self.head.quality(labels).values[.asymmetry]) > 1.8)
    var strewn = Self.head.labels
    let total = Double(strewn.labels.count { $0 == 1 || $0 == 2 })
    for place in 0..<50 { strewn[2 * place, 0, 0] = 1 }
    let values = Self.head.quality(strewn).values
    let before = try #require(Self.head.quality().values[.strayShare])
    let share = try #require(values[.strayShare])
    #expect(abs(share - (before * total + 50) / (total + 50)) < 1e-9)
  }

  @Test("entropy is that of the probabilities inside the brain")
  func entropy() throws {
    let grid = Self.head.grid
    let sure = Dictionary(
      uniqueKeysWithValues: [Tissue.grayMatter, .whiteMatter, .csf].map { tissue in
        let voxels = Self.head.labels.labels.map { Float($0 == tissue.rawValue ? 1 : 0) }
        return (tissue, Volume(grid: grid, voxels: voxels))
      })
    func entropy(_ probabilities: [Tissue: Volume]) throws -> Double {
      let found = Segmentation(labels: Self.head.labels, probabilities: probabilities)
      let quality = SegmentationQuality(found, scan: Self.head.scan, brain: found.brainMask)
      return try #require(quality.values[.entropy])
    }
    #expect(try entropy(sure) == 0)
    // Half a chance for the label and half for background: ln 2 / ln 4.
    let half = sure.mapValues { Volume(grid: grid, voxels: $0.voxels.map { $0 / 2 }) }
    #expect(abs(try entropy(half) - 0.5) < 1e-5)
  }

  @Test("nothing found is a score of 0 and says so")
  func empty() {
    let quality = Self.head.quality(LabelMap(grid: Self.head.grid))
    #expect(quality.score == 0 && quality.doubts == ["no brain was found"])
  }

  @Test("plausibility is 1 in its range, 0 from its bounds on, and straight between")
  func plausibility() {
    let range = QualityMeasure.intracranialVolume.range
    for (value, expected) in [
      (range.lowest - 1, 0), (range.lowest, 0), ((range.lowest + range.low) / 2, 0.5), (range.low, 1),
      (range.high, 1), ((range.high + range.highest) / 2, 0.5), (range.highest + 1, 0), (.nan, 0),
    ] {
      #expect(abs(range.plausibility(of: value) - expected) < 1e-12, "\(value)")
    }
    let product = SegmentationQuality(values: [
      .grayShare: 0.5, .intracranialVolume: (range.lowest + range.low) / 2, .asymmetry: 0.25,
    ])
    #expect(abs(product.score - 0.25) < 1e-12 && product.doubts.count == 2)
  }
}
