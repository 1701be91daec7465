import Foundation
import Imaging
import TestSupport
import Testing

@Suite("Pairs of .hdr and .img, NIfTI and Analyze 7.5")
struct PairTests {
  private let folder: Workplace

  init() throws { folder = try Workplace() }

  private func copy(_ fixture: String, as name: String) throws {
    try FileManager.default.copyItem(atPath: Expected.path(fixture), toPath: folder(name))
  }

  @Test(
    "either half may be named",
    arguments: [
      ("pair.hdr", "pair.img"), ("pair-packed.hdr.gz", "pair-packed.img.gz"), ("analyze.hdr", "analyze.img"),
    ])
  func eitherHalf(header: String, image: String) throws {
    let (one, other) = (
      try NIfTIImage(contentsOf: Expected.path(header)), try NIfTIImage(contentsOf: Expected.path(image))
    )
    #expect(one.volume == other.volume)
    #expect(one.header == other.header)
    #expect(try NIfTIHeader(contentsOf: Expected.path(image)).grid == one.volume.grid)
  }

  @Test("the halves may be compressed one without the other")
  func mixed() throws {
    defer { folder.remove() }
    try copy("pair.hdr", as: "a.hdr")
    try copy("pair-packed.img.gz", as: "a.img.gz")
    let whole = try NIfTIImage(contentsOf: Expected.path("pair.hdr"))
    #expect(try NIfTIImage(contentsOf: folder("a.hdr")).volume.voxels == whole.volume.voxels)
    #expect(try NIfTIImage(contentsOf: folder("a.img.gz")).volume.voxels == whole.volume.voxels)
  }

  @Test("a missing half is named")
  func missing() throws {
    defer { folder.remove() }
    try copy("pair.hdr", as: "a.hdr")
    try copy("pair-packed.img.gz", as: "b.img.gz")
    #expect(throws: NIfTIError(path: folder("a.hdr"), reason: .partnerMissing(folder("a.img")))) {
      try NIfTIImage(contentsOf: folder("a.hdr"))
    }
    let image = folder("b.img.gz")
    #expect(throws: NIfTIError(path: image, reason: .partnerMissing(folder("b.hdr.gz")))) {
      try NIfTIImage(contentsOf: image)
    }
  }

  @Test("voxels cut short are blamed on the file that holds them")
  func truncated() throws {
    defer { folder.remove() }
    try copy("pair.hdr", as: "a.hdr")
    let voxels = try Data(contentsOf: URL(fileURLWithPath: Expected.path("pair.img")))
    try voxels.dropLast(7).write(to: URL(fileURLWithPath: folder("a.img")))
    #expect(throws: NIfTIError(path: folder("a.img"), reason: .truncated(expected: 120, found: 113))) {
      try NIfTIImage(contentsOf: folder("a.hdr"))
    }
  }

  @Test("a single file named .img is read as what it is")
  func singleFile() throws {
    defer { folder.remove() }
    try copy("sform-oblique.nii", as: "a.img")
    let whole = try NIfTIImage(contentsOf: Expected.path("sform-oblique.nii"))
    #expect(try NIfTIImage(contentsOf: folder("a.img")).volume == whole.volume)
  }

  /// On the sample grid of `NIfTI-1`, or with an axis that only NIfTI-2 can count.
  private func volume(isLong: Bool) -> Volume {
    let affine = Affine(i: [-0.6, 0, 0.8], j: [0, 1.5, 0], k: [0.8, 0, 0.6], origin: [12, -30.5, 8])
    let grid = Grid(shape: isLong ? [40_000, 2, 1] : [5, 6, 7], affine: affine)
    return Volume(grid: grid, voxels: (0..<grid.count).map { Float($0 % 101) / 3 - 5 })
  }

  @Test(
    "a pair is written when the name is one half's, and read back",
    arguments: ["a.hdr", "a.img", "a.hdr.gz", "a.img.gz"], [false, true])
  func written(name: String, isLong: Bool) throws {
    defer { folder.remove() }
    let volume = volume(isLong: isLong)
    try volume.write(to: folder(name))
    let ending = name.hasSuffix(".gz") ? ".gz" : ""
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(files.sorted() == ["a.hdr" + ending, "a.img" + ending])
    let back = try NIfTIImage(contentsOf: folder(name))
    #expect(back.header.format == (isLong ? .nifti2 : .nifti1))
    #expect(back.header.warnings.filter { if case .voxelOffsetZero = $0 { true } else { false } }.isEmpty)
    #expect(back.volume.voxels == volume.voxels)
    #expect(back.volume.grid.matches(volume.grid))
  }

  @Test("a pair that is written again over keeps forms, codes and extensions of the pair it is like")
  func like() throws {
    defer { folder.remove() }
    let source = try NIfTIImage(contentsOf: Expected.path("pair.hdr"))
    try source.volume.write(to: folder("b.img"), like: source.header)
    let copy = try NIfTIImage(contentsOf: folder("b.hdr"))
    #expect(copy.volume == source.volume)
    #expect(copy.header.sform == source.header.sform && copy.header.qform == source.header.qform)
    #expect(copy.header.sformCode == source.header.sformCode)
    #expect(copy.header.qformCode == source.header.qformCode)
    #expect(copy.header.extensions == source.header.extensions)
  }

  @Test(
    "nibabel and SimpleITK read a written pair as it is",
    .needs(.nibabel), .needs(.simpleITK),
    arguments: ["a.hdr", "a.hdr.gz"])
  func peers(name: String) throws {
    defer { folder.remove() }
    let volume = volume(isLong: false)
    try volume.write(to: folder(name))
    let script = """
      import sys, nibabel, numpy as np, SimpleITK
      path = sys.argv[1]
      pair = nibabel.load(path)
      assert type(pair) is nibabel.Nifti1Pair, type(pair)
      image = SimpleITK.ReadImage(path.replace(".hdr", ".img"))
      other = SimpleITK.GetArrayFromImage(image).transpose(2, 1, 0)
      assert np.array_equal(pair.get_fdata(), other)
      matrix = np.reshape(image.GetDirection(), (3, 3)) @ np.diag(image.GetSpacing())
      assert np.allclose(np.diag([-1, -1, 1]) @ matrix, pair.affine[:3, :3], atol=1e-4)
      assert np.allclose([-1, -1, 1] * np.array(image.GetOrigin()), pair.affine[:3, 3], atol=1e-4)
      print(*pair.affine[:3].ravel(), *pair.get_fdata().ravel(order="F"))
      """
    let numbers = try Python.numbers(script, [folder(name)])
    let place = Expected.grid([5, 6, 7], Array(numbers.prefix(12)))
    #expect(place.affine.distance(to: volume.grid.affine) < 1e-4)
    #expect(numbers.dropFirst(12).map { Float($0) } == volume.voxels)
  }

  @Test("where one half cannot be placed nothing is left behind")
  func unplaceable() throws {
    defer { folder.remove() }
    try FileManager.default.createDirectory(atPath: folder("c.img/d"), withIntermediateDirectories: true)
    #expect(throws: NIfTIError.self) { try volume(isLong: false).write(to: folder("c.hdr")) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["c.img"])
  }

  @Test("Analyze is read with a warning that sides are a guess")
  func analyze() throws {
    let header = try NIfTIHeader(contentsOf: Expected.path("analyze.hdr"))
    #expect(header.format == .analyze)
    #expect(header.warnings.contains(.analyze))
    #expect(Orientation(header.grid.affine).description == "LAS")
  }
}
