import Foundation
import Imaging
import TestSupport
import Testing

/// What happens to the headers that real files have; the places are what nibabel 5.4 and ITK 5.4 make of the same
/// bytes, or computed by hand where those refuse.
@Suite("Rules for doubtful headers")
struct NIfTIRulesTests {
  /// `Fixtures/qform-oblique.nii` (int16, 5×4×3, qform alone) with bytes of its header replaced.
  private func read(_ changes: [Int: [UInt8]]) throws -> NIfTIImage {
    let folder = try Workplace()
    defer { folder.remove() }
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: Expected.path("qform-oblique.nii"))))
    for (offset, replacement) in changes {
      bytes.replaceSubrange(offset..<offset + replacement.count, with: replacement)
    }
    try Data(bytes).write(to: URL(fileURLWithPath: folder("scan.nii")))
    return try NIfTIImage(contentsOf: folder("scan.nii"))
  }

  private func float(_ value: Float) -> [UInt8] {
    withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }
  }

  private func original(_ fixture: String = "qform-oblique.nii") throws -> NIfTIImage {
    try NIfTIImage(contentsOf: Expected.path(fixture))
  }

  @Test("the sform counts before the qform, the qform before voxel sizes")
  func order() throws {
    #expect(try original("forms-disagree.nii").header.gridSource == .sform)
    #expect(try original("qform-oblique.nii").header.gridSource == .qform)
    let neither = try read([252: [0, 0, 0, 0]])
    #expect(neither.header.gridSource == .pixdim)
    #expect(neither.header.warnings.contains(.noOrientation))
  }

  @Test("a qfac of 0 or 5 counts as 1, of -5 as -1, with a warning", arguments: [0, 5, -5] as [Float])
  func qfac(found: Float) throws {
    let image = try read([76: float(found)])
    let affine = try original().volume.grid.affine
    #expect(image.volume.grid.affine.distance(to: affine) < 1e-6 || found < 0)
    #expect((image.volume.grid.affine.determinant < 0) == (found < 0))
    #expect(image.header.warnings.contains(.qfac(found: Double(found))))
  }

  @Test(
    "a negative voxel size counts as a length, zero as 1, with a warning", arguments: [-0.9, 0] as [Float])
  func voxelSize(found: Float) throws {
    let image = try read([80: float(found)])
    #expect(abs(image.volume.grid.affine.spacing.x - (found == 0 ? 1 : 0.9)) < 1e-6)
    #expect(image.header.warnings.contains(.voxelSize(axis: 1, found: Double(found))))
    // Without forms the same sizes are used.
    let plain = try read([80: float(found), 252: [0, 0, 0, 0]])
    #expect(abs(plain.volume.grid.affine.spacing.x - (found == 0 ? 1 : 0.9)) < 1e-6)
    #expect(plain.header.warnings.contains(.voxelSize(axis: 1, found: Double(found))))
  }

  @Test("a voxel size that is NaN makes the qform unusable, and counts as 1")
  func nanVoxelSize() throws {
    let image = try read([80: float(.nan)])
    #expect(image.header.gridSource == .pixdim)
    #expect(image.header.warnings.contains(.unusableForm(.qform)))
    #expect(image.volume.grid.affine.spacing.x == 1)
  }

  @Test("a quaternion longer than 1 is a rotation all the same, with a warning")
  func quaternion() throws {
    // b 1.2, c 0.5: length 1.3, so the unit axis is (12, 5, 0)/13 and the angle 180°: x' = (119, 120, 0)/169.
    let image = try read([256: float(1.2) + float(0.5) + float(0)])
    let i = image.volume.grid.affine.i / 0.9
    #expect(abs(i.x - 119.0 / 169) < 1e-6)
    #expect(abs(i.y - 120.0 / 169) < 1e-6)
    let lengths = image.header.warnings.compactMap { warning -> Double? in
      if case .quaternion(let length) = warning { length } else { nil }
    }
    #expect(lengths.count == 1)
    #expect(abs((lengths.first ?? 0) - 1.3) < 1e-6)
  }

  @Test("a slope that is 0, NaN or infinite means no scaling", arguments: [0, .nan, .infinity] as [Float])
  func slope(found: Float) throws {
    let image = try read([112: float(found) + float(7)])
    #expect(image.volume == (try original().volume))
    #expect(image.header.warnings.contains(.nonFiniteSlope) == !found.isFinite)
  }

  @Test("an intercept that is not a number is 0, with a warning")
  func intercept() throws {
    let image = try read([112: float(2) + float(.nan)])
    #expect(image.volume.voxels == (try original().volume.voxels.map { 2 * $0 }))
    #expect(image.header.warnings.contains(.nonFiniteIntercept))
  }

  @Test("a vox_offset of 0 in a single file means the first byte behind header and flag")
  func voxelOffset() throws {
    let image = try read([108: float(0)])
    #expect(image.volume == (try original().volume))
    #expect(image.header.warnings.contains(.voxelOffsetZero(used: 352)))
  }

  @Test("bits per voxel that contradict the type are passed over, with a warning")
  func bitsPerVoxel() throws {
    let image = try read([72: [32, 0]])
    #expect(image.volume == (try original().volume))
    #expect(image.header.warnings.contains(.bitsPerVoxel(found: 32, datatype: .int16)))
  }

  @Test(
    "metres and micrometres are converted where that makes a head of it", arguments: [(1, 1000), (3, 0.001)])
  func units(code: UInt8, factor: Float) throws {
    let sizes = [0.9, 1.1, 1.3].map { float(Float($0) / factor) }
    let image = try read([123: [code], 80: sizes.flatMap { $0 }])
    #expect(image.volume.grid.affine.spacing.x.distance(to: 0.9).magnitude < 1e-5)
    #expect(abs(image.volume.grid.affine.origin.x - 10 * Double(factor)) < 1e-4)
    #expect(
      image.header.warnings.contains(.unit(name: code == 1 ? "metres" : "micrometres", isConverted: true)))
    // Results say it in the source's unit again.
    let folder = try Workplace()
    defer { folder.remove() }
    try image.volume.write(to: folder("a.nii"), like: image.header)
    let result = try NIfTIHeader(contentsOf: folder("a.nii"))
    #expect(result.grid == image.header.grid)
    #expect(result.units == code)
    #expect(result.pixdim[1...3] == image.header.pixdim[1...3])
  }

  @Test(
    "lengths that are usual in mm are read as mm, whatever unit is declared", arguments: [1, 3] as [UInt8])
  func mistakenUnits(code: UInt8) throws {
    let image = try read([123: [code]])
    #expect(image.volume.grid == (try original().volume.grid))
    #expect(
      image.header.warnings.contains(.unit(name: code == 1 ? "metres" : "micrometres", isConverted: false)))
  }

  @Test("a sheared sform is accepted, and volumes are |det|")
  func shear() throws {
    let image = try original("sheared.nii")
    // Shear along one axis changes no volume: 0.9 · 1.1 · 1.3 mm³.
    #expect(abs(image.volume.grid.voxelVolume - 0.9 * 1.1 * 1.3) < 1e-5)
    #expect(image.header.warnings.contains(.shear))
  }

  @Test("whole numbers beyond 24 bits are counted, with how far the worst is off")
  func rounding() throws {
    let image = try original("int64-big.nii.gz")
    let expected = try Expected.load().files.first { $0.name == "int64-big.nii.gz" }
    #expect(image.rounding.count > 50)
    // float32 has 24 bits, an int64 up to 63: half a step is at most 2³⁸.
    #expect(image.rounding.largest <= 0x1p38)
    #expect(image.rounding.largest > 0x1p36)
    #expect(expected?.voxels.count == 60)
    #expect(
      image.header.warnings.contains(.rounded(count: image.rounding.count, largest: image.rounding.largest)))
    #expect(try original("int16-big.nii").rounding.count == 0)
  }

  @Test("float64 is off by at most half a step of float32, and says so without a warning")
  func doubles() throws {
    let image = try original("float64-big.nii.gz")
    let largest = image.volume.voxels.map { Double($0.ulp) / 2 }.max() ?? 0
    #expect(image.rounding.count > 0)
    #expect(image.rounding.largest > 0 && image.rounding.largest <= largest)
    #expect(!image.header.warnings.contains { if case .rounded = $0 { true } else { false } })
  }

  @Test("a constant image is read, and refused where a scale is needed")
  func constant() throws {
    let grid = try original().volume.grid
    #expect(throws: IntensityScalingError.self) {
      try IntensityScaling.percentile(Volume(grid: grid, repeating: 3))
    }
    #expect(throws: IntensityScalingError.self) {
      try IntensityScaling.zScore(Volume(grid: grid, repeating: 0))
    }
  }

  @Test("extensions whose sizes cannot be are reported, and the voxels read")
  func brokenExtension() throws {
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: Expected.path("nifti2-little.nii"))))
    bytes.replaceSubrange(544..<548, with: [0, 0, 0, 0x7f])
    let image = try NIfTIImage(bytes: bytes, path: "scan.nii")
    #expect(image.header.extensions.isEmpty)
    #expect(image.header.warnings.contains(.brokenExtensions))
    #expect(image.volume == (try original("nifti2-little.nii").volume))
  }
}
