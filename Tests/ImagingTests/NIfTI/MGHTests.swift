import Foundation
import Imaging
import TestSupport
import Testing

/// FreeSurfer's `.mgh` and `.mgz`, written and judged by nibabel.
@Suite("FreeSurfer MGH")
struct MGHTests {
  private let folder: Workplace

  init() throws { folder = try Workplace() }

  /// Writes a 5×4×3 image of numbers that the type holds exactly, oblique and with the optional values behind the voxels.
  /// Prints the affine by rows, and then the voxels, i fastest.
  private static let script = """
    import sys, numpy as np, nibabel as nib
    path, kind, shape = sys.argv[1], sys.argv[2], (5, 4, 3)
    values = np.arange(60).reshape(shape, order="F") * {"uint8": 4, "int16": -531, "int32": 70001, "float32": 0.25}[kind]
    axes = np.array([[-0.8, 0.1, 0.2], [0.1, -0.3, 1.1], [0.2, -0.9, -0.25]])
    affine = nib.affines.from_matvec(axes, [11.5, -20.25, 31])
    image = nib.MGHImage(values.astype(kind), affine)
    image.header["tr"] = 2300
    image.to_filename(path)
    again = nib.load(path)
    print(*again.affine[:3].ravel(), *np.asanyarray(again.dataobj).ravel(order="F"))
    """

  @Test(
    "position and voxels are those that nibabel reads, of all four types, packed or not", .needs(.nibabel),
    arguments: ["uint8", "int16", "int32", "float32"], ["scan.mgz", "scan.mgh"])
  func types(kind: String, name: String) throws {
    let expected = try Python.numbers(Self.script, [folder(name), kind])
    let image = try NIfTIImage(contentsOf: folder(name))
    let header = image.header
    #expect(header.format == .mgh && "\(header.datatype)" == kind && header.isBigEndian)
    #expect(header.dimensions == [5, 4, 3])
    // nibabel multiplies in float32.
    #expect(header.grid.affine.distance(to: Expected.affine(Array(expected.prefix(12)))) < 1e-5)
    #expect(header.gridSource == .mgh)
    #expect(image.volume.voxels == expected.dropFirst(12).map { Float($0) })
  }

  @Test("a file is known by its content where its name says nothing", .needs(.nibabel))
  func otherName() throws {
    _ = try Python.numbers(Self.script, [folder("scan.mgz"), "uint8"])
    try FileManager.default.moveItem(atPath: folder("scan.mgz"), toPath: folder("scan.dat"))
    #expect(try NIfTIHeader(contentsOf: folder("scan.dat")).format == .mgh)
  }

  @Test("results lie where the scan lies, to the last bit of its conversion to NIfTI", .needs(.nibabel))
  func results() throws {
    _ = try Python.numbers(Self.script, [folder("scan.mgz"), "int16"])
    let script = """
      import sys, nibabel as nib
      nib.Nifti1Image.from_image(nib.load(sys.argv[1])).to_filename(sys.argv[2])
      """
    _ = try Python.run(script, [folder("scan.mgz"), folder("twin.nii.gz")])
    let scan = try NIfTIImage(contentsOf: folder("scan.mgz"))
    let twin = try NIfTIImage(contentsOf: folder("twin.nii.gz"))
    #expect(scan.volume == twin.volume)
    try LabelMap(grid: scan.volume.grid, repeating: 1).write(to: folder("mask.nii.gz"), like: scan.header)
    let mask = try NIfTIHeader(contentsOf: folder("mask.nii.gz"))
    #expect(mask.grid == scan.volume.grid && mask.format == .nifti1 && mask.sformCode == 1)
    let affine = try Python.numbers(
      "import sys, nibabel as nib\nprint(*nib.load(sys.argv[1]).affine[:3].ravel())", [folder("mask.nii.gz")])
    #expect(Expected.affine(affine).distance(to: scan.volume.grid.affine) < 1e-5)
  }

  @Test("without geometry, the position is FreeSurfer's default, with a warning", .needs(.nibabel))
  func noGeometry() throws {
    let script = Self.script.replacing(
      "again = nib.load(path)",
      with: """
        data = bytearray(open(path, "rb").read()); data[28:30] = b"\\x00\\x00"
        open(path, "wb").write(data)
        again = nib.load(path)
        """)
    _ = try Python.numbers(script, [folder("scan.mgh"), "uint8"])
    let header = try NIfTIHeader(contentsOf: folder("scan.mgh"))
    // FreeSurfer reads such a file as coronal slices of 1 mm, with axes to the left, down and to the front; nibabel
    // turns two of them.
    #expect(
      header.grid.affine == Affine(i: [-1, 0, 0], j: [0, 0, -1], k: [0, 1, 0], origin: [2.5, -1.5, 2]))
    #expect(header.warnings.contains(.mghWithoutOrientation))
  }

  /// The bytes of a header of 2×3×4 voxels with one change, and voxels of one byte.
  private func bytes(_ change: (offset: Int, value: UInt32)?, voxels: Int = 24) -> [UInt8] {
    var words: [Int: UInt32] = [0: 1, 4: 2, 8: 3, 12: 4, 16: 1, 20: 0]
    if let change { words[change.offset] = change.value }
    var bytes = [UInt8](repeating: 0, count: 284 + voxels)
    for (offset, word) in words {
      for n in 0..<4 { bytes[offset + n] = UInt8(truncatingIfNeeded: word >> (24 - 8 * n)) }
    }
    return bytes
  }

  @Test("what cannot be read is one sentence")
  func faults() throws {
    func reason(_ bytes: [UInt8], _ name: String = "a.mgh") -> String {
      do {
        _ = try NIfTIImage(bytes: bytes, path: name)
        return ""
      } catch { return "\(error)" }
    }
    #expect(reason(bytes(nil)).isEmpty)
    #expect(
      reason(bytes(nil, voxels: 10))
        == "a.mgh: truncated: the header specifies 24 bytes of voxels, the file holds 10")
    #expect(
      reason(Array(bytes(nil).prefix(100)))
        == "a.mgh: truncated: the header needs 284 bytes, the file holds 100")
    #expect(reason(bytes((16, 5))).hasPrefix("a.mgh: is a 4D series of 5 time points"))
    #expect(reason(bytes((20, 6))).hasPrefix("a.mgh: voxels are of FreeSurfer's type tensor"))
    #expect(reason(bytes((20, 77))).hasPrefix("a.mgh: unknown datatype code 77"))
    #expect(reason(bytes((8, 0))).hasPrefix("a.mgh: impossible dimensions"))
    #expect(reason(bytes((0, 2))).hasPrefix("a.mgh: is not NIfTI: it starts with bytes 00 00 00 02"))
  }

  @Test("a truncated or damaged compressed file is one sentence", .needs(.nibabel))
  func truncated() throws {
    _ = try Python.numbers(Self.script, [folder("scan.mgz"), "int32"])
    let whole = try folder.bytes("scan.mgz")
    try folder.write(whole.prefix(whole.count / 2), to: "half.mgz")
    let error = #expect(throws: NIfTIError.self) { try NIfTIImage(contentsOf: folder("half.mgz")) }
    #expect("\(try #require(error))".hasPrefix(folder("half.mgz") + ": truncated: "))
    var damaged = whole
    damaged[whole.count - 6] ^= 0xff
    try folder.write(damaged, to: "damaged.mgz")
    let corrupt = #expect(throws: NIfTIError.self) { try NIfTIImage(contentsOf: folder("damaged.mgz")) }
    #expect("\(try #require(corrupt))".hasPrefix(folder("damaged.mgz") + ": corrupt: "))
  }

  @Test("the record of the file is that of its bytes", .needs(.nibabel))
  func record() throws {
    _ = try Python.numbers(Self.script, [folder("scan.mgz"), "float32"])
    let recorded = try #require(try RecordedImage(contentsOf: folder("scan.mgz")))
    let sum = try ExternalProgram.output(["sha256sum", folder("scan.mgz")])
    #expect(recorded.files.map { $0.hash?.hex } == [String(sum.prefix(64))])
  }
}
