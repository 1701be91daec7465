import Foundation
import Imaging
import TestSupport
import Testing

@Suite("Formats that are not NIfTI")
struct ForeignFormatTests {
  private let folder: Workplace

  init() throws { folder = try Workplace() }

  private static func padded(_ text: String) -> [UInt8] {
    Array(text.utf8) + [UInt8](repeating: 7, count: 400)
  }

  private static let cases: [(name: String, bytes: [UInt8], words: [String])] = [
    ("scan.dcm", [UInt8](repeating: 0, count: 128) + padded("DICM"), ["DICOM", "dcm2niix"]),
    ("scan.mnc", padded("CDF\u{1}"), ["MINC", "mnc2nii", "scan.nii"]),
    ("scan2.mnc", [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a] + padded(""), ["MINC", "mnc2nii"]),
    ("scan.nrrd", padded("NRRD0004\n"), ["NRRD", "c3d", "scan.nii.gz"]),
    ("scan.mha", padded("ObjectType = Image\n"), ["MetaImage", "c3d"]),
    ("a+orig.HEAD", padded("\ntype = string-attribute"), ["AFNI", "3dAFNItoNIFTI"]),
    ("T1w.nii.bz2", padded("BZh91AY"), ["bzip2", "bunzip2 -k"]),
    ("T1w.nii.zst", [0x28, 0xb5, 0x2f, 0xfd] + padded(""), ["zstd", "zstd -d"]),
    ("T1w.nii.xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0] + padded(""), ["xz", "xz -dk"]),
    ("T1w.zip", [0x50, 0x4b, 3, 4] + padded(""), ["zip archive", "unzip"]),
    (
      "annexed.nii.gz", Array("/annex/objects/MD5E-s12345--0123456789abcdef.nii.gz\n".utf8),
      ["git-annex pointer", "datalad get"]
    ),
    (
      "lfs.nii.gz",
      Array("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n".utf8),
      ["Git LFS pointer", "git lfs pull"]
    ),
    ("page.nii.gz", Array("<!DOCTYPE html>\n<html><body>404</body></html>".utf8), ["web page", "download"]),
    ("two words.nii", padded("BZh91AY"), ["bunzip2 -k '", "two words.nii'"]),
  ]

  @Test("are named, with the command that makes NIfTI of them", arguments: cases.map(\.name))
  func named(name: String) throws {
    defer { folder.remove() }
    let chosen = try #require(Self.cases.first { $0.name == name })
    let path = folder(name)
    try Data(chosen.bytes).write(to: URL(fileURLWithPath: path))
    let error = #expect(throws: NIfTIError.self) { try NIfTIImage(contentsOf: path) }
    let text = "\(try #require(error))"
    #expect(text.hasPrefix(path + ": "))
    for word in chosen.words { #expect(text.contains(word), "\(text)") }
  }

  @Test("a folder of DICOM files is named, any other is a folder")
  func folders() throws {
    defer { folder.remove() }
    let series = folder("series")
    try FileManager.default.createDirectory(atPath: series, withIntermediateDirectories: true)
    #expect(throws: NIfTIError(path: series, reason: .isFolder)) { try NIfTIImage(contentsOf: series) }
    try Data(Self.cases[0].bytes).write(to: URL(fileURLWithPath: series + "/IM0001"))
    #expect(throws: NIfTIError(path: series, reason: .foreign(.dicom))) { try NIfTIImage(contentsOf: series) }
  }
}
