import Foundation
import Imaging
import TestSupport
import Testing

@Suite("NIfTI files of other programs")
struct NIfTIImageTests {
  /// float32 headers place a corner of these grids to about this (mm).
  static let placeTolerance = 1e-4

  @Test(
    "a file written by nibabel or SimpleITK has nibabel's voxels, place and codes",
    arguments: try Expected.load().files)
  func readsLikeNibabel(file: Expected.File) throws {
    let image = try NIfTIImage(contentsOf: file.path)
    // Values are float32 here and float64 there: equal to one rounding.
    for (ours, theirs) in zip(image.volume.voxels, file.voxels) {
      #expect(abs(Double(ours) - theirs) <= Double(Float(theirs).ulp))
    }
    #expect(image.volume.voxels.count == file.voxels.count)
    #expect(image.volume.grid == image.header.grid)
    #expect(image.header.sformCode == file.sformCode)
    #expect(image.header.qformCode == file.qformCode)
    if file.sformCode > 0 || file.qformCode > 0 || image.header.format == .analyze {
      #expect(image.volume.grid.shape == file.grid.shape)
      #expect(image.volume.grid.affine.distance(to: file.grid.affine) < Self.placeTolerance)
      #expect(Orientation(image.volume.grid.affine).description == file.axes)
    }
    if let sform = file.sform, let ours = image.header.sform {
      #expect(ours.distance(to: Expected.affine(sform)) < Self.placeTolerance)
    }
    if let qform = file.qform, let ours = image.header.qform {
      #expect(ours.distance(to: Expected.affine(qform)) < Self.placeTolerance)
    }
    if let datatype = file.datatype { #expect("\(image.header.datatype)" == datatype) }
    if let bigEndian = file.bigEndian { #expect(image.header.isBigEndian == bigEndian) }
  }

  @Test("without sform and qform the grid is centred, and a warning says that sides are a guess")
  func noForms() throws {
    let image = try NIfTIImage(contentsOf: Expected.path("no-forms.nii"))
    let centre = SIMD3<Double>(image.volume.grid.shape &- 1) / 2
    #expect(image.volume.grid.affine(centre) == .zero)
    #expect(image.volume.grid.affine.spacing == [2, 2.5, 3])
    #expect(image.header.gridSource == .pixdim)
    #expect(image.header.warnings.contains(.noOrientation))
  }

  @Test("NaN and infinite voxels become 0 and are counted")
  func notNumbers() throws {
    let image = try NIfTIImage(contentsOf: Expected.path("not-numbers.nii"))
    #expect(image.header.warnings.contains(.nonFiniteVoxels(count: 3)))
    #expect(image.volume[0, 0, 0] == 0)
    #expect(image.volume[1, 2, 1] == 0)
    #expect(image.volume[4, 3, 2] == 0)
  }

  @Test("sform and qform 5 mm apart are reported as such")
  func formsDisagree() throws {
    let header = try NIfTIHeader(contentsOf: Expected.path("forms-disagree.nii"))
    let distances = header.warnings.compactMap { warning -> Double? in
      if case .formsDisagree(let distance) = warning { distance } else { nil }
    }
    #expect(distances.count == 1)
    #expect(abs((distances.first ?? 0) - 5) < 1e-3)
  }

  @Test("shear in the sform is reported")
  func shear() throws {
    #expect(try NIfTIHeader(contentsOf: Expected.path("sheared.nii")).warnings.contains(.shear))
  }

  @Test("whole numbers from 0 on are labels, others are refused with the voxel's place")
  func labels() throws {
    let image = try NIfTIImage(contentsOf: Expected.path("uint16-big.nii"))
    #expect(try image.labelMap().labels.map(Float.init) == image.volume.voxels)
    var fractional = image
    fractional.volume[3, 1, 2] = 0.5
    #expect(throws: NIfTIError(path: image.path, reason: .notALabel(value: 0.5, voxel: [3, 1, 2]))) {
      try fractional.labelMap()
    }
  }

  @Test("labels that are off by rounding are those whole numbers; further off they are no labels")
  func roundedLabels() throws {
    let folder = try Workplace()
    defer { folder.remove() }
    let grid = Grid(shape: [2, 2, 2], affine: .identity)
    let path = folder("a.nii")
    try Volume(grid: grid, voxels: [0, 1, 2.9999998, 3.0000458, -0.0002, 1.9991, 41.0009, 2]).write(to: path)
    #expect(try NIfTIImage(contentsOf: path).labelMap().labels == [0, 1, 3, 3, 0, 2, 41, 2])
    try Volume(grid: grid, voxels: [0, 1, 2.998, 3, 0, 2, 41, 2]).write(to: path)
    #expect(throws: NIfTIError(path: path, reason: .notALabel(value: 2.998, voxel: [0, 1, 0]))) {
      try NIfTIImage(contentsOf: path).labelMap()
    }
  }
}
