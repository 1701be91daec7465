import Foundation
import Imaging
import Morphometry
import Testing

@Suite("The template inside the program")
struct StandardTemplateTests {
  private static let samples = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "sample-data/sub-mni152/anat/sub-mni152_dseg.nii.gz").path

  @Test("it is read from the program: 1.5 mm, probabilities, and less than 3 MB")
  func content() throws {
    let template = try StandardTemplate()
    #expect(template.maps.grid.shape == [113, 137, 113])
    #expect(template.maps.grid.isIsotropicRAS && template.maps.grid.isotropicSpacing == 1.5)
    #expect(template.atlas.map.grid == template.maps.grid)
    let sums = zip(template.maps.gray.voxels, template.maps.white.voxels).map(+)
    #expect((sums.max() ?? 2) <= 1.01 && (sums.min() ?? -1) >= 0)
    #expect(StandardTemplate.bytes.reduce(0) { $0 + $1.count } < 3_000_000)
  }

  /// The published gray matter of MNI152 follows another rule, so that even a perfect place gives no 1.
  static let leastDice = 0.7

  @Test("its gray matter lies where MNI152's published maps have it")
  func place() throws {
    let template = try StandardTemplate()
    let published = try NIfTIImage(contentsOf: Self.samples).labelMap()
    let gray = template.maps.gray.resampled(onto: published.grid)
    var (own, other, both) = (0, 0, 0)
    for (probability, label) in zip(gray.voxels, published.labels) {
      own += probability > 0.5 ? 1 : 0
      other += label == 1 ? 1 : 0
      both += probability > 0.5 && label == 1 ? 1 : 0
    }
    #expect(2 * Double(both) / Double(own + other) > Self.leastDice)
  }

  /// Where the left structures' centres are in MNI space, in mm, as atlases have them to about half a centimetre.
  static let centres: [(code: UInt16, centre: SIMD3<Double>)] = [
    (10, [-11, -18, 7]), (11, [-13, 10, 10]), (12, [-25, 1, 1]), (13, [-20, -5, 0]), (17, [-26, -21, -14]),
    (18, [-23, -4, -18]), (26, [-10, 11, -7]),
  ]

  @Test("deep structures are where anatomy has them, on both sides, and as large on the right as on the left")
  func structures() throws {
    let map = try StandardTemplate().atlas.map
    func facts(_ code: UInt16) -> (centre: SIMD3<Double>, count: Double) {
      var (sum, count) = (SIMD3<Double>.zero, 0.0)
      let shape = map.grid.shape
      for (index, label) in map.labels.enumerated() where label == code {
        sum += map.grid.affine([
          Double(index % shape.x), Double(index / shape.x % shape.y), Double(index / (shape.x * shape.y)),
        ])
        count += 1
      }
      return (sum / max(1, count), count)
    }
    let rights: [UInt16: UInt16] = [10: 49, 11: 50, 12: 51, 13: 52, 17: 53, 18: 54, 26: 58]
    for (code, centre) in Self.centres {
      let left = facts(code)
      let right = facts(try #require(rights[code]))
      #expect(left.centre.isNear(centre, 6), "structure \(code)")
      #expect(right.centre.isNear(centre * [-1, 1, 1], 6), "the right one of \(code)")
      #expect(abs(left.count / right.count - 1) < 0.2, "sides of \(code)")
    }
    #expect(RegionAtlas.standardRegions.allSatisfy { facts($0.code).count > 0 })
  }
}
