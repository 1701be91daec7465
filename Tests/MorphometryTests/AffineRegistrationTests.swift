import Foundation
import Imaging
import Morphometry
import TestSupport
import Testing

@Suite("AffineRegistration")
struct AffineRegistrationTests {
  private static let template = SampleData.path("sub-mni152/anat/sub-mni152_T1w.nii.gz")
  private static let labels = SampleData.path("sub-mni152/anat/sub-mni152_dseg.nii.gz")

  /// Turned, stretched, sheared and moved.
  static let transforms: [Affine] = [
    .identity,
    Affine(i: [1.1, 0, 0], j: [0, 0.93, 0.04], k: [0, 0, 1.05], origin: [12, -9, 15]),
    turned(about: 2, degrees: 14, scale: 0.92, origin: [-8, 6, 10]),
    turned(about: 0, degrees: -18, scale: 1.12, origin: [5, 20, -12]),
  ]

  private static func turned(about axis: Int, degrees: Double, scale: Double, origin: SIMD3<Double>) -> Affine
  {
    let (c, s) = (scale * cos(degrees * .pi / 180), scale * sin(degrees * .pi / 180))
    let first = (axis + 1) % 3
    let second = (axis + 2) % 3
    var columns = [SIMD3<Double>](repeating: .zero, count: 3)
    columns[axis][axis] = scale
    columns[first][first] = c
    columns[first][second] = s
    columns[second][first] = -s
    columns[second][second] = c
    return Affine(i: columns[0], j: columns[1], k: columns[2], origin: origin)
  }

  /// The greatest distance in mm at the corners of the brain's box between two maps.
  private func miss(_ found: Affine, _ true: Affine, _ grid: Grid) -> Double {
    var most = 0.0
    for corner in 0..<8 {
      let place = SIMD3<Double>(
        corner & 1 == 0 ? 15 : Double(grid.shape.x - 16), corner & 2 == 0 ? 15 : Double(grid.shape.y - 16),
        corner & 4 == 0 ? 15 : Double(grid.shape.z - 16))
      let point = grid.affine(place)
      let way = found(point) - `true`(point)
      most = max(most, (way * way).sum().squareRoot())
    }
    return most
  }

  /// A third of the finest level's voxels of 4 mm, at the corners of a box around the brain, 110 mm from its middle.
  private static let sameContrast = 1.3
  /// Gray matter alone has other borders than the template's intensities: half a voxel.
  private static let otherContrast = 2.0

  @Test("a known map of the same image is found", arguments: transforms)
  func sameImage(transform: Affine) throws {
    let template = try NIfTIImage(contentsOf: Self.template).volume
    var moving = template
    moving.grid.affine = transform.composed(after: template.grid.affine)
    let result = try #require(AffineRegistration(template: template)(moving))
    #expect(miss(result.transform, transform, template.grid) < Self.sameContrast)
    #expect(result.after > 0.98)
  }

  @Test("a known map of the gray matter alone is found on the T1-weighted template", arguments: transforms)
  func grayMatter(transform: Affine) throws {
    let template = try NIfTIImage(contentsOf: Self.template).volume
    let labels = try NIfTIImage(contentsOf: Self.labels).volume
    var moving = Volume(grid: labels.grid, voxels: labels.voxels.map { $0 == 1 ? 1 : 0 })
    let registration = AffineRegistration(template: template)
    let resting = try #require(registration(moving)).transform
    // Contrast moves the borders a little, with any map alike.
    #expect(miss(resting, .identity, template.grid) < Self.otherContrast)
    moving.grid.affine = transform.composed(after: labels.grid.affine)
    let found = try #require(registration(moving)).transform
    #expect(miss(found, transform.composed(after: resting), template.grid) < Self.sameContrast)
  }

  @Test("another head's tissue lies better on the template's after it than before")
  func overlap() throws {
    let template = try NIfTIImage(contentsOf: Self.template).volume
    let truth = try NIfTIImage(contentsOf: Self.labels).volume
    let head = try NIfTIImage(contentsOf: SampleData.path("sub-colin27/anat/sub-colin27_dseg.nii.gz")).volume
    var moving = Volume(grid: head.grid, voxels: head.voxels.map { $0 == 1 ? 1 : 0 })
    // As a scanner would have it: turned and off the middle.
    moving.grid.affine = Self.transforms[3].composed(after: moving.grid.affine)
    let space = try #require(CommonSpace(template: template, spacing: 2))
    let gray = Volume(grid: truth.grid, voxels: truth.voxels.map { $0 == 1 ? 1 : 0 }).resampled(
      onto: space.grid)
    func dice(_ map: Volume) -> Double {
      let pairs = zip(map.voxels, gray.voxels)
      let both = pairs.count { $0 > 0.5 && $1 > 0.5 }
      return 2 * Double(both) / Double(map.voxels.count { $0 > 0.5 } + gray.voxels.count { $0 > 0.5 })
    }
    let result = try #require(space.register(moving))
    let before = dice(moving.resampled(onto: space.grid))
    let after = dice(try #require(space.bring(moving, by: result.transform)))
    #expect(after > before + 0.1, "\(before) \(after)")
    #expect(result.after > result.before)
  }

  @Test("an empty image has no place, and sides of a common space can be halved three times")
  func edges() throws {
    let template = try NIfTIImage(contentsOf: Self.template).volume
    #expect(AffineRegistration(template: template)(Volume(grid: template.grid)) == nil)
    #expect(CommonSpace(template: Volume(grid: template.grid), spacing: 4) == nil)
    let space = try #require(CommonSpace(template: template, spacing: 4))
    #expect(space.grid.shape == [40, 48, 48])
    #expect((space.grid.affine.spacing - 4).max() < 1e-9)
  }
}
