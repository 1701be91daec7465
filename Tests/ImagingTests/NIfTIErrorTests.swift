import Foundation
import Imaging
import TestSupport
import Testing

@Suite("Damaged and foreign files")
struct NIfTIErrorTests {
  private let folder: Workplace
  private static let int16 = "int16-big.nii"

  init() throws { folder = try Workplace() }

  /// Reads `bytes` under `name`, and gives the reason of the failure.
  private func reason(_ bytes: [UInt8], name: String = "scan.nii") throws -> NIfTIError.Reason? {
    let folder = try Workplace()
    defer { folder.remove() }
    let path = folder(name)
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    do {
      _ = try NIfTIImage(contentsOf: path)
      return nil
    } catch {
      #expect(error.path == path)
      #expect(error.description.hasPrefix(path + ": "))
      #expect(!error.description.contains("\n"))
      return error.reason
    }
  }

  private func fixture(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: Expected.path(name))))
  }

  /// A good little-endian int16 file of 5×4×3 voxels, with bytes of its header replaced.
  private func edited(_ changes: [Int: [UInt8]]) throws -> [UInt8] {
    var bytes = try fixture("sform-oblique.nii")
    for (offset, replacement) in changes {
      bytes.replaceSubrange(offset..<offset + replacement.count, with: replacement)
    }
    return bytes
  }

  @Test("a file cut short says how many bytes are promised and how many are there")
  func truncated() throws {
    #expect(try reason(fixture("sform-oblique.nii").dropLast(21)) == .truncated(expected: 120, found: 99))
  }

  @Test("a compressed file cut within its voxels says what came out, and is no zeros")
  func truncatedStream() throws {
    let whole = try fixture("float64-big.nii.gz")
    guard case .truncated(let expected, let found) = try reason(whole.dropLast(200), name: "scan.nii.gz")
    else {
      Issue.record("not reported as truncated")
      return
    }
    #expect(expected == 480)
    #expect(found < 480)
  }

  @Test("a file cut within its header says how much of it is there")
  func truncatedHeader() throws {
    #expect(
      try reason(Array(fixture("sform-oblique.nii").prefix(300)))
        == .headerTruncated(expected: 348, found: 300))
  }

  @Test("a compressed file cut within its header is a truncated header", arguments: [60, 90])
  func truncatedStreamHeader(length: Int) throws {
    let bytes = try fixture("float64-big.nii.gz").prefix(length)
    guard case .headerTruncated(348, let found) = try reason(Array(bytes), name: "scan.nii.gz") else {
      Issue.record("not reported as a truncated header")
      return
    }
    #expect(found < 348)
  }

  @Test("a compressed file that lost only its checksum is refused")
  func checksumMissing() throws {
    #expect(
      try reason(fixture("float64-big.nii.gz").dropLast(6), name: "scan.nii.gz")
        == .checksumMissing(found: 832))
  }

  @Test("a wrong checksum is a corrupt stream")
  func wrongChecksum() throws {
    var bytes = try fixture("float64-big.nii.gz")
    bytes[bytes.count - 7] ^= 0x55
    #expect(try reason(bytes, name: "scan.nii.gz") == .corruptStream(expected: 832, found: 832))
  }

  @Test(
    "one flipped bit anywhere in a compressed stream is an error, or changes nothing but gzip's own header")
  func flippedBits() throws {
    let whole = try fixture("float64-big.nii.gz")
    let good = try NIfTIImage(contentsOf: Expected.path("float64-big.nii.gz")).volume
    defer { folder.remove() }
    for position in stride(from: 0, to: whole.count, by: 3) {
      var bytes = whole
      bytes[position] ^= 0x10
      let path = folder("\(position).nii.gz")
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      if let image = try? NIfTIImage(contentsOf: path) { #expect(image.volume == good) }
    }
  }

  @Test("an empty file, a folder and a missing file are named as such")
  func notFiles() throws {
    #expect(try reason([]) == .empty)
    #expect(throws: NIfTIError(path: "/", reason: .isFolder)) { try NIfTIImage(contentsOf: "/") }
    #expect(throws: NIfTIError(path: "no/such.nii", reason: .notFound)) {
      try NIfTIImage(contentsOf: "no/such.nii")
    }
  }

  @Test(
    "a file without permission to read is unreadable", .enabled(if: getuid() != 0, "root may read everything")
  )
  func unreadable() throws {
    defer { folder.remove() }
    let path = folder("secret.nii")
    try Data(fixture("sform-oblique.nii")).write(to: URL(fileURLWithPath: path))
    try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: path)
    #expect(throws: NIfTIError(path: path, reason: .unreadable(errno: EACCES))) {
      try NIfTIImage(contentsOf: path)
    }
  }

  @Test("text named .nii is quoted in the error, long or short")
  func text() throws {
    let long = String(repeating: "not an image\n", count: 40)
    #expect(try reason(Array(long.utf8)) == .notNIfTI(firstBytes: Array("not an image\nnot".utf8)))
    #expect(
      NIfTIError(path: "a.nii", reason: .notNIfTI(firstBytes: Array("not an\nimage".utf8))).description
        == "a.nii: is not NIfTI: it starts with the text \"not an\", and a header starts with the number 348 (NIfTI-1, Analyze), 540 (NIfTI-2) or 1 (FreeSurfer MGH)"
    )
    #expect(try reason(Array("hello".utf8)) == .notNIfTI(firstBytes: Array("hello".utf8)))
    #expect(try reason(Array("hi".utf8)) == .notNIfTI(firstBytes: Array("hi".utf8)))
  }

  @Test("half a pair under another name, and a size of 540 without NIfTI-2's magic, are refused")
  func otherFormats() throws {
    #expect(try reason(edited([0: [0x1c, 2, 0, 0]])) == .headerTruncated(expected: 540, found: 472))
    var second = try fixture("nifti2-little.nii")
    second[5] = 0x2f
    #expect(try reason(second) == .notNIfTI(firstBytes: Array(second.prefix(16))))
    #expect(try reason(edited([344: Array("ni1\0".utf8)])) == .pairMisnamed)
    #expect(try reason(edited([344: [0, 0, 0, 0]])) == .pairMisnamed)
  }

  @Test("a series and a vector image are refused, with their numbers")
  func moreThanThreeDimensions() throws {
    #expect(try reason(edited([40: [4, 0], 48: [150, 0]])) == .series(timePoints: 150))
    #expect(try reason(edited([40: [5, 0], 48: [1, 0, 3, 0]])) == .vectors(dimensions: [5, 4, 3, 1, 3]))
  }

  @Test(
    "impossible dimensions are refused",
    arguments: [[0, 0], [8, 0], [3, 0, 0, 0], [3, 0, 255, 255]] as [[UInt8]])
  func dimensions(bytes: [UInt8]) throws {
    guard case .dimensions = try reason(edited([40: bytes])) else {
      Issue.record("not reported as impossible dimensions")
      return
    }
  }

  @Test(
    "a header that promises terabytes is truncated, and takes no memory for them",
    arguments: ["scan.nii", "scan.nii.gz"])
  func hugePromise(name: String) throws {
    let size: [UInt8] = [255, 127]
    let bytes = try edited([42: size + size + size])
    let expected = 32767 * 32767 * 32767 * 2
    guard name.hasSuffix("gz") else {
      #expect(try reason(bytes) == .truncated(expected: expected, found: 120))
      return
    }
    #expect(try reason(gzipStored(bytes), name: name) == .truncated(expected: expected, found: 120))
  }

  @Test("complex, RGB and unknown types are refused")
  func types() throws {
    #expect(try reason(edited([70: [32, 0, 64, 0]])) == .unsupportedDatatype(name: "complex64"))
    #expect(try reason(edited([70: [128, 0, 24, 0]])) == .unsupportedDatatype(name: "RGB24"))
    #expect(try reason(edited([70: [99, 0, 16, 0]])) == .unknownDatatype(code: 99))
  }

  @Test(
    "voxels must start on a whole byte behind the header", arguments: [-8, 100, 352.5, Float.nan, 1e20])
  func voxelOffset(offset: Float) throws {
    let bytes = withUnsafeBytes(of: offset.bitPattern.littleEndian) { Array($0) }
    guard case .voxelOffset = try reason(edited([108: bytes])) else {
      Issue.record("not reported as a wrong offset")
      return
    }
  }

  @Test("voxels behind the end of the file are a truncation", arguments: ["scan.nii", "scan.nii.gz"])
  func offsetBeyond(name: String) throws {
    let bytes = try edited([108: withUnsafeBytes(of: Float(4096).bitPattern.littleEndian) { Array($0) }])
    let file = name.hasSuffix("gz") ? gzipStored(bytes) : bytes
    #expect(try reason(file, name: name) == .voxelOffsetBeyond(offset: 4096, found: 472))
  }

  @Test("an affine that overflows is refused")
  func hugeAffine() throws {
    let huge = withUnsafeBytes(of: Float(3e38).bitPattern.littleEndian) { Array($0) }
    // No forms, and voxels as long as float32 can say: their volume is still finite in float64.
    #expect(try reason(edited([252: [0, 0, 0, 0], 80: huge + huge + huge])) == nil)
  }

  @Test("NIfTI-2 dimensions whose product overflows are refused without taking memory")
  func overflow() throws {
    var bytes = try fixture("nifti2-little.nii")
    for axis in 1...3 {
      bytes.replaceSubrange(16 + 8 * axis..<24 + 8 * axis, with: [0, 0, 0, 0, 0, 0, 0, 0x40])
    }
    #expect(try reason(bytes) == .tooLarge(dimensions: [1 << 62, 1 << 62, 1 << 62]))
  }

  @Test("an sform that cannot be inverted is passed over for the qform, with a warning")
  func singularForm() throws {
    defer { folder.remove() }
    let good = try NIfTIHeader(contentsOf: Expected.path("forms-disagree.nii"))
    var bytes = try fixture("forms-disagree.nii")
    bytes.replaceSubrange(280..<328, with: [UInt8](repeating: 0, count: 48))
    let path = folder("singular.nii")
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    let header = try NIfTIHeader(contentsOf: path)
    #expect(header.gridSource == .qform)
    #expect(header.grid.affine == good.qform)
    #expect(header.warnings.contains(.unusableForm(.sform)))
  }

  @Test("exactly the named file is opened, not its uncompressed neighbour")
  func exactName() throws {
    defer { folder.remove() }
    try Data(fixture("uint8-big.nii")).write(to: URL(fileURLWithPath: folder("scan.nii")))
    try Data(fixture("int16-little.nii.gz")).write(to: URL(fileURLWithPath: folder("scan.nii.gz")))
    #expect(try NIfTIImage(contentsOf: folder("scan.nii.gz")).header.datatype == .int16)
  }

  @Test("gzip is recognised by content, whatever the name")
  func misnamed() throws {
    defer { folder.remove() }
    try Data(fixture("int16-little.nii.gz")).write(to: URL(fileURLWithPath: folder("scan.nii")))
    #expect(try NIfTIImage(contentsOf: folder("scan.nii")).header.datatype == .int16)
  }

  @Test("several gzip members in a row, and zeros behind the last, are read as one file")
  func members() throws {
    defer { folder.remove() }
    let bytes = try fixture("sform-oblique.nii")
    let path = folder("scan.nii.gz")
    let parts = gzipStored(Array(bytes[..<400])) + gzipStored(Array(bytes[400...])) + [0, 0, 0]
    try Data(parts).write(to: URL(fileURLWithPath: path))
    let whole = try NIfTIImage(contentsOf: Expected.path("sform-oblique.nii"))
    #expect(try NIfTIImage(contentsOf: path).volume == whole.volume)
  }

  @Test("content behind the last voxel is passed over, and its checksum checked")
  func trailingContent() throws {
    defer { folder.remove() }
    var bytes = gzipStored(try fixture("sform-oblique.nii") + [UInt8](repeating: 7, count: 100))
    let path = folder("scan.nii.gz")
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    let whole = try NIfTIImage(contentsOf: Expected.path("sform-oblique.nii"))
    #expect(try NIfTIImage(contentsOf: path).volume == whole.volume)
    bytes[bytes.count - 8] ^= 1
    #expect(try reason(bytes, name: "scan.nii.gz") == .corruptStream(expected: 472, found: 572))
  }

  /// gzip with one stored block (RFC 1951, 1952): hand-made, so that no compressor of ours is its own judge.
  private func gzipStored(_ bytes: [UInt8]) -> [UInt8] {
    var crc: UInt32 = 0xffff_ffff
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xedb8_8320 : crc >> 1 }
    }
    func little(_ value: UInt32, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) }
    }
    let length = UInt32(bytes.count)
    return [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 1] + little(length, 2) + little(~length, 2) + bytes
      + little(~crc, 4) + little(length, 4)
  }
}
