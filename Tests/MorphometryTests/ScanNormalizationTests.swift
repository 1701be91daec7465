import Foundation
import Imaging
import Morphometry
import TestSupport
import Testing

@Suite("Normalised maps")
struct ScanNormalizationTests {
  /// A head in its own place: turned, larger, on a grid of its own with axes to the left and 2.5 mm voxels.
  static let headGrid = Grid(
    shape: [64, 66, 62],
    affine: Affine(i: [-2.5, 0, 0], j: [0, 2.5, 0], k: [0, 0, 2.5], origin: [84, -78, -70]))
  static let transform = Affine(
    i: [1.08, 0.05, 0], j: [-0.05, 1.02, 0.06], k: [0, -0.06, 1.05], origin: [3, -4, 5])

  private func normalization(_ velocity: StationaryVelocityField) -> ScanNormalization {
    ScanNormalization(grid: TissuePhantom.grid, affine: Self.transform, velocity: velocity)
  }

  private func own() throws -> TissueMaps {
    let inverse = try #require(Self.transform.inverse)
    return TissuePhantom.head(on: Self.headGrid) { inverse($0) }
  }

  private func waves() -> StationaryVelocityField {
    TissuePhantom.waves(on: TissuePhantom.grid.velocityBox(every: 2), size: 5)
  }

  @Test("a map that is known at every position is read where the affine and the flow point")
  func positions() {
    // The value is a coordinate, so that the map tells where it was read.
    let result = normalization(waves())
    for axis in 0..<3 {
      var coordinate = Volume(grid: Self.headGrid)
      for k in 0..<Self.headGrid.shape.z {
        for j in 0..<Self.headGrid.shape.y {
          for i in 0..<Self.headGrid.shape.x {
            coordinate[i, j, k] = Float(Self.headGrid.affine([Double(i), Double(j), Double(k)])[axis])
          }
        }
      }
      let map = result.normalized(coordinate)
      for voxel in [SIMD3(20, 25, 22), [30, 20, 25], [24, 30, 28]] {
        let position = TissuePhantom.grid.affine(SIMD3<Double>(voxel))
        let expected = Self.transform(result.forward(position))[axis]
        #expect(abs(Double(map[voxel.x, voxel.y, voxel.z]) - expected) < 1e-3)
      }
    }
  }

  @Test("modulation keeps the amount of gray matter; without the affine it is that over its determinant")
  func mass() throws {
    let (head, result) = (try own(), normalization(waves()))
    func amount(_ map: Volume) -> Double { map.voxels.reduce(0.0) { $0 + Double($1) } * map.grid.voxelVolume }
    let own = amount(head.gray)
    #expect(abs(amount(result.normalized(head.gray, modulation: .all)) / own - 1) < 0.01)
    let nonlinear = amount(result.normalized(head.gray, modulation: .nonlinear))
    #expect(abs(nonlinear * Self.transform.determinant / own - 1) < 0.01)
    // The field does change volumes.
    #expect(abs(amount(result.normalized(head.gray)) * Self.transform.determinant / own - 1) > 0.002)
  }

  @Test("a whole head is laid onto a template: affine, flow, quality")
  func normalizer() throws {
    let template = TissuePhantom.head()
    let known = Diffeomorphism(exponentialOf: TissuePhantom.waves(on: TissuePhantom.grid, size: 4))
    let inverse = try #require(Self.transform.inverse)
    let head = TissuePhantom.head(on: Self.headGrid) { known(inverse($0)) }
    let normalizer = ScanNormalizer(template: template, settings: DiffeomorphicRegistrationTests.settings)
    let result = try #require(normalizer(head))
    let quality = NormalizationQuality(result, of: head, on: template)
    #expect(quality.grayDice > 0.97)
    #expect(quality.foldedVoxels == 0 && quality.leastDeterminant > 0.1)
    #expect(abs(quality.massRatio - 1) < 0.01)
    let affineOnly = normalization(StationaryVelocityField(grid: TissuePhantom.grid.velocityBox(every: 2)))
    #expect(NormalizationQuality(affineOnly, of: head, on: template).grayDice < quality.grayDice)
  }

  @Test("one call gives the maps of the single steps")
  func outputs() throws {
    let head = try own()
    let normalizer = ScanNormalizer(
      template: TissuePhantom.head(), settings: DiffeomorphicRegistrationTests.settings)
    let scan = try #require(normalizer(head, .init(modulation: .nonlinear, smoothing: 6)))
    let single = try #require(normalizer(head))
    #expect(scan.normalization.velocity == single.velocity)
    #expect(scan.maps.white == single.normalized(head.white))
    let modulated = single.normalized(head.gray, modulation: .nonlinear)
    #expect(scan.modulated == modulated)
    #expect(scan.smoothed == modulated.smoothed(width: 6))
    #expect(scan.quality == NormalizationQuality(single, of: head, on: TissuePhantom.head()))
    #expect(normalizer(head, .init(modulation: .none, smoothing: 0))?.smoothed == nil)
  }

  @Test("a head without gray matter is none")
  func empty() {
    let nothing = TissueMaps(gray: Volume(grid: TissuePhantom.grid), white: Volume(grid: TissuePhantom.grid))
    let normalizer = ScanNormalizer(
      template: TissuePhantom.head(), settings: DiffeomorphicRegistrationTests.settings)
    #expect(normalizer(nothing)?.affine == nil)
  }

  @Test("labels are brought over whole")
  func labels() {
    var labels = LabelMap(grid: Self.headGrid)
    for index in labels.labels.indices { labels.labels[index] = index.isMultiple(of: 2) ? 17 : 53 }
    let map = normalization(waves()).normalized(labels)
    #expect(Set(map.labels).isSubset(of: [0, 17, 53]))
  }

  @Test("displacement fields lead there and back, in mm of LPS")
  func fields() throws {
    let result = normalization(waves())
    let there = result.fieldOfHead
    let back = try #require(result.fieldOfTemplate(in: Self.headGrid))
    let voxel = SIMD3(22, 28, 24)
    let position = TissuePhantom.grid.affine(SIMD3<Double>(voxel))
    let way = there.vectors[TissuePhantom.grid.offset(voxel.x, voxel.y, voxel.z)]
    let image = position + SIMD3(Double(-way.x), Double(-way.y), Double(way.z))
    #expect(image.isNear(Self.transform(result.forward(position)), 1e-3))
    // The field of the way back, at the voxel nearest to that place.
    let toVoxel = try #require(back.grid.affine.inverse)
    let nearest = toVoxel(image).rounded(.toNearestOrEven)
    let start = back.grid.affine(nearest)
    let index = SIMD3(Int(nearest.x), Int(nearest.y), Int(nearest.z))
    let other = back.vectors[back.grid.offset(index.x, index.y, index.z)]
    let returned = start + SIMD3(Double(-other.x), Double(-other.y), Double(other.z))
    #expect(Self.transform(result.forward(returned)).isNear(start, 0.2))
    #expect(back.grid.affine.i.x < 0)
  }

  @Test(
    "SimpleITK, given the written field, reads the same gray matter",
    .needs(.simpleITK))
  func simpleITK() throws {
    let head = try own()
    let result = normalization(waves())
    let folder = FileManager.default.temporaryDirectory.appending(path: "fields-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func path(_ name: String) -> String { folder.appending(path: name).path }
    try result.fieldOfHead.write(to: path("there.nii.gz"))
    try #require(result.fieldOfTemplate(in: Self.headGrid)).write(to: path("back.nii.gz"))
    try head.gray.write(to: path("own.nii.gz"))
    try result.normalized(head.gray).write(to: path("normalized.nii.gz"))
    let numbers = try Python.numbers(
      """
      import sys, numpy as np, SimpleITK as sitk
      f = sys.argv[1]
      def apply(image, field, reference):
          d = sitk.ReadImage(f"{f}/{field}.nii.gz", sitk.sitkVectorFloat64)
          t = sitk.DisplacementFieldTransform(d)
          return sitk.Resample(image, reference, t, sitk.sitkLinear, 0.0)
      own = sitk.ReadImage(f"{f}/own.nii.gz", sitk.sitkFloat32)
      ours = sitk.ReadImage(f"{f}/normalized.nii.gz", sitk.sitkFloat32)
      there = apply(own, "there", ours)
      print(np.abs(sitk.GetArrayFromImage(there) - sitk.GetArrayFromImage(ours)).max())
      back = apply(there, "back", own)
      inside = sitk.GetArrayFromImage(own) > 0.5
      print(np.abs(sitk.GetArrayFromImage(back) - sitk.GetArrayFromImage(own))[inside].mean())
      """, [folder.path])
    #expect(numbers.count == 2)
    #expect(numbers[0] < 0.01)
    // Twice interpolated at 3 mm, so not equal, but in the same place.
    #expect(numbers[1] < 0.15)
  }
}
