import Imaging
import Numerics
import Synthesis
import Testing

/// Slabs along i: white matter, two banks that touch, white matter, two banks with fluid between, two hemispheres with
/// fluid between, and more of it below the skull.
@Suite("Borders of the cortex")
struct CorticalBordersTests {
  private static let slabs: [(label: UInt16, voxels: Int)] = [
    (2, 6), (3, 6), (2, 6), (3, 3), (24, 4), (3, 3), (2, 6), (12, 2), (3, 3), (24, 5), (42, 3), (24, 3),
    (502, 2),
  ]
  private static let middle = 6 + 3
  private static let rim = [20, 25, 38, 44, 46]
  private static let films = [21, 24, 39, 43, 47]
  private static let membranes = [41, 49]

  private static func map(_ change: (UInt16) -> UInt16 = { $0 }) -> LabelMap {
    let line = slabs.flatMap { Array(repeating: change($0.label), count: $0.voxels) }
    let grid = Grid(shape: [line.count, 9, 9], affine: .identity)
    return LabelMap(grid: grid, labels: (0..<81).flatMap { _ in line })
  }

  /// The matter of the voxels in the middle row.
  private static func matters(_ map: LabelMap, _ table: LabelTable) throws -> [TissueClass] {
    let head = try HeadLabelMap(map, table: table, subject: "sub-1", path: "sub-1.nii")
    let start = head.window.shape.x * (4 + 9 * 4)
    return head.indices[start..<start + head.window.shape.x].map { head.kinds[Int($0)].matter }
  }

  @Test(
    "two banks that touch have a fold in their middle, and cortex beside fluid is a rim; both stay gray matter"
  )
  func borders() throws {
    let matters = try Self.matters(Self.map(), .freesurfer)
    #expect(matters.indices.filter { matters[$0] == .fold } == [Self.middle])
    #expect(matters.indices.filter { matters[$0] == .rim } == Self.rim)
    let head = try HeadLabelMap(Self.map(), table: .freesurfer, subject: "sub-1", path: "sub-1.nii")
    for kind in head.kinds where [.fold, .rim].contains(kind.matter) { #expect(kind.tissue == .grayMatter) }
  }

  @Test("fluid beside the cortex is a film, which a dry image may keep where it loses all other fluid")
  func films() throws {
    let matters = try Self.matters(Self.map(), .freesurfer)
    #expect(matters.indices.filter { matters[$0] == .film } == Self.films)
    var synthesis = Synthesis.plain
    synthesis.stripping.share = 1
    synthesis.stripping.poorShare = 0
    // Nothing else is lost.
    (synthesis.stripping.offset, synthesis.stripping.ripple) = (100...100, 0)
    (synthesis.stripping.dryShare, synthesis.stripping.dryDepth) = (1, 100...100)
    let head = try HeadLabelMap(Self.map(), table: .freesurfer, subject: "sub-1", path: "sub-1.nii")
    for (share, films) in [(0.0, []), (1.0, Self.films)] {
      synthesis.stripping.filmShare = share
      let labels = HeadSynthesizer(synthesis).example(1, of: head, named: "a", seed: 1).labels.labels
      let start = Self.map().grid.shape.x * (4 + 9 * 4)
      let left = (0..<Self.map().grid.shape.x).filter { labels[start + $0] == 3 }
      #expect(left == (films + Self.membranes).sorted())
    }
  }

  @Test("membranes lie between hemispheres, not between banks of one, and below the skull; both stay fluid")
  func membranes() throws {
    let matters = try Self.matters(Self.map(), .freesurfer)
    #expect(matters.indices.filter { matters[$0] == .membrane } == Self.membranes)
    let head = try HeadLabelMap(Self.map(), table: .freesurfer, subject: "sub-1", path: "sub-1.nii")
    for kind in head.kinds where kind.matter == .membrane { #expect(kind.tissue == .csf) }
    let oneSided = try Self.matters(Self.map { $0 == 42 ? 3 : $0 }, .freesurfer)
    #expect(oneSided.indices.filter { oneSided[$0] == .membrane } == [Self.membranes[1]])
  }

  @Test("a map that has one label for all gray matter has no such borders")
  func oneLabel() throws {
    let map = Self.map { [2: 2, 3: 1, 24: 3, 12: 1][$0] ?? 0 }
    let matters = try Self.matters(map, .bids)
    #expect(!matters.contains { [.fold, .rim, .film, .membrane].contains($0) })
  }

  @Test("borders are as much darker or brighter as the prior allows, and cortex where it says nothing")
  func brightness() {
    var prior = ContrastPrior()
    var drawn: Set<Float> = []
    for seed in 0..<50 {
      var generator = SeededGenerator(seed: UInt64(seed))
      var palette = prior.palette(using: &generator)
      #expect(palette[.fold] == palette[.cortex] && palette[.rim] == palette[.cortex])
      #expect(palette[.film] == palette[.fluid] && palette[.membrane] == palette[.fluid])
      let (fluid, cortex) = (palette[.fluid].mean, palette[.cortex].mean)
      prior.shadeBorders(of: &palette, using: &generator)
      for case (let matter, let range?) in [(TissueClass.fold, prior.fold), (.rim, prior.rim)] {
        let share = (palette[matter].mean - cortex) / (fluid - cortex)
        #expect(Float(range.lowerBound) - 1e-4 <= share && share <= Float(range.upperBound) + 1e-4)
        drawn.insert(share)
      }
      let share = (palette[.membrane].mean - fluid) / (cortex - fluid)
      #expect(share >= -1e-4 && share <= 1.2 + 1e-4)
      drawn.insert(share)
    }
    #expect(drawn.count > 140)
    (prior.fold, prior.rim, prior.membrane) = (nil, nil, nil)
    var generator = SeededGenerator(seed: 1)
    var palette = prior.palette(using: &generator)
    prior.shadeBorders(of: &palette, using: &generator)
    #expect(palette[.fold] == palette[.cortex] && palette[.rim] == palette[.cortex])
    #expect(palette[.membrane] == palette[.fluid])
  }

  @Test("the cortex differs from place to place by as much as the prior allows, and nothing else does")
  func regions() throws {
    var prior = ContrastPrior()
    let range = try #require(prior.regions)
    var drawn: Set<Float> = []
    for seed in 0..<50 {
      var generator = SeededGenerator(seed: UInt64(seed))
      let before = prior.palette(using: &generator)
      var palette = before
      prior.varyCortex(of: &palette, using: &generator)
      let distance = abs(palette[.whiteMatter].mean - palette[.cortex].mean)
      let most = max(before[.cortex].texture, Float(range.upperBound) * distance)
      #expect(before[.cortex].texture...(most + 1e-6) ~= palette[.cortex].texture)
      #expect(palette[.fold] == palette[.cortex] && palette[.rim] == palette[.cortex])
      for matter in TissueClass.allCases where ![.cortex, .fold, .rim].contains(matter) {
        #expect(palette[matter] == before[matter])
      }
      drawn.insert(palette[.cortex].texture)
    }
    #expect(drawn.count > 45)
    prior.regions = nil
    var generator = SeededGenerator(seed: 1)
    let before = prior.palette(using: &generator)
    var palette = before
    prior.varyCortex(of: &palette, using: &generator)
    #expect(palette == before)
  }
}
