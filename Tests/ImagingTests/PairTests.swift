import Foundation
import Imaging
import Testing

@Suite("Pairs of .hdr and .img, NIfTI and Analyze 7.5")
struct PairTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func copy(_ fixture: String, as name: String) throws {
    try FileManager.default.copyItem(atPath: Expected.path(fixture), toPath: folder.file(name))
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
    #expect(try NIfTIImage(contentsOf: folder.file("a.hdr")).volume.voxels == whole.volume.voxels)
    #expect(try NIfTIImage(contentsOf: folder.file("a.img.gz")).volume.voxels == whole.volume.voxels)
  }

  @Test("a missing half is named")
  func missing() throws {
    defer { folder.remove() }
    try copy("pair.hdr", as: "a.hdr")
    try copy("pair-packed.img.gz", as: "b.img.gz")
    #expect(throws: NIfTIError(path: folder.file("a.hdr"), reason: .partnerMissing(folder.file("a.img")))) {
      try NIfTIImage(contentsOf: folder.file("a.hdr"))
    }
    let image = folder.file("b.img.gz")
    #expect(throws: NIfTIError(path: image, reason: .partnerMissing(folder.file("b.hdr.gz")))) {
      try NIfTIImage(contentsOf: image)
    }
  }

  @Test("voxels cut short are blamed on the file that holds them")
  func truncated() throws {
    defer { folder.remove() }
    try copy("pair.hdr", as: "a.hdr")
    let voxels = try Data(contentsOf: URL(fileURLWithPath: Expected.path("pair.img")))
    try voxels.dropLast(7).write(to: URL(fileURLWithPath: folder.file("a.img")))
    #expect(throws: NIfTIError(path: folder.file("a.img"), reason: .truncated(expected: 120, found: 113))) {
      try NIfTIImage(contentsOf: folder.file("a.hdr"))
    }
  }

  @Test("a single file named .img is read as what it is")
  func singleFile() throws {
    defer { folder.remove() }
    try copy("sform-oblique.nii", as: "a.img")
    let whole = try NIfTIImage(contentsOf: Expected.path("sform-oblique.nii"))
    #expect(try NIfTIImage(contentsOf: folder.file("a.img")).volume == whole.volume)
  }

  @Test("Analyze is read with a warning that sides are a guess")
  func analyze() throws {
    let header = try NIfTIHeader(contentsOf: Expected.path("analyze.hdr"))
    #expect(header.format == .analyze)
    #expect(header.warnings.contains(.analyze))
    #expect(Orientation(header.grid.affine).description == "LAS")
  }
}
