import Foundation
import Imaging
import TestSupport
import Testing

@Suite("Written NIfTI files")
struct NIfTIWritingTests {
  private let folder: Workplace
  private let oblique = Grid(
    shape: [5, 4, 3],
    affine: Affine(i: [-0.9, 0.05, 0], j: [0.06, 1.08, 0.1], k: [0, -0.12, 1.3], origin: [40, -20, 30]))

  init() throws { folder = try Workplace() }

  private func volume(_ value: (Int) -> Float) -> Volume {
    Volume(grid: oblique, voxels: (0..<oblique.count).map(value))
  }

  @Test("float32 voxels come back to the bit, plain and compressed", arguments: ["a.nii", "a.nii.gz"])
  func floats(name: String) throws {
    defer { folder.remove() }
    let written = volume { sin(Float($0)) * 1000 }
    try written.write(to: folder(name))
    let read = try NIfTIImage(contentsOf: folder(name))
    #expect(read.volume.voxels == written.voxels)
    #expect(read.volume.grid.matches(written.grid))
    #expect(read.header.sformCode == 1)
  }

  @Test(
    "a volume of many compressed blocks comes back, one gzip member to python, no more than 5 % larger than zlib's",
    .needs(.python),
    arguments: [NIfTIDatatype.uint8, .int16, .uint16, .float32])
  func manyBlocks(datatype: NIfTIDatatype) throws {
    defer { folder.remove() }
    // Empty, then noise, then a pattern that repeats but has no runs, then noise again: all that a block may be.
    let grid = Grid(shape: [128, 128, 160], affine: .identity)
    var state: UInt32 = 1
    let written = Volume(
      grid: grid,
      voxels: (0..<grid.count).map { index in
        state = state &* 1_664_525 &+ 1_013_904_223
        return switch index * 4 / grid.count {
        case 0: 0
        case 2: Float(index % 7 * 9)
        default: Float(state >> 26)
        }
      })
    let path = folder("large.nii.gz")
    try written.write(to: path, datatype: datatype)
    #expect(try NIfTIImage(contentsOf: path).volume == written)
    let script = """
      import sys, zlib
      packed = open(sys.argv[1], 'rb').read()
      stream = zlib.decompressobj(31)
      content = stream.decompress(packed)
      assert stream.eof and not stream.unused_data
      print(len(content), len(packed) <= 1.05 * len(zlib.compress(content, 1)))
      """
    #expect(try Python.run(script, [path]) == "\(352 + datatype.bytes * grid.count) True\n")
  }

  @Test(
    "results on a source's grid have its codes, sform and qform to the bit",
    arguments: [
      "both-mni.nii.gz", "forms-disagree.nii", "qform-lefthanded.nii.gz", "sform-oblique.nii", "sheared.nii",
      "no-forms.nii", "simpleitk.nii.gz", "one-time-point.nii", "float32-big.nii.gz", "nifti2-big.nii.gz",
      "pair.hdr",
    ])
  func likeSource(name: String) throws {
    defer { folder.remove() }
    let source = try NIfTIHeader(contentsOf: Expected.path(name))
    try LabelMap(grid: source.grid).write(to: folder("result.nii.gz"), like: source)
    let result = try NIfTIHeader(contentsOf: folder("result.nii.gz"))
    #expect(result.sformCode == source.sformCode)
    #expect(result.qformCode == source.qformCode)
    #expect(result.sform == source.sform)
    #expect(result.qform == source.qform)
    #expect(result.grid == source.grid)
    #expect(result.dimensions == source.dimensions)
    #expect(!result.isBigEndian)
  }

  @Test("on another grid than the source's both forms describe that grid, in the source's space")
  func otherGrid() throws {
    defer { folder.remove() }
    let source = try NIfTIHeader(contentsOf: Expected.path("both-mni.nii.gz"))
    let other = Grid(shape: [4, 4, 4], affine: Affine(spacing: [1, 2, 3], origin: [-7, 5, 9]))
    try LabelMap(grid: other).write(to: folder("result.nii"), like: source)
    let result = try NIfTIHeader(contentsOf: folder("result.nii"))
    #expect(result.sformCode == 4)
    #expect(result.qformCode == 4)
    #expect(result.sform == other.affine)
    #expect(try #require(result.qform).distance(to: other.affine) < 1e-5)
  }

  @Test("an affine with shear gets an sform alone")
  func shear() throws {
    defer { folder.remove() }
    var grid = oblique
    grid.affine.j += grid.affine.i * 0.3
    try LabelMap(grid: grid).write(to: folder("sheared.nii"))
    let header = try NIfTIHeader(contentsOf: folder("sheared.nii"))
    #expect(header.sformCode == 1)
    #expect(header.qformCode == 0)
    #expect(header.grid.matches(grid))
  }

  @Test(
    "labels take the smallest type that holds them, unscaled",
    arguments: [
      (255, NIfTIDatatype.uint8), (256, .int16), (32767, .int16), (32768, .uint16), (65535, .uint16),
    ] as [(UInt16, NIfTIDatatype)])
  func labelTypes(largest: UInt16, datatype: NIfTIDatatype) throws {
    defer { folder.remove() }
    var map = LabelMap(grid: oblique)
    map.labels[17] = largest
    try map.write(to: folder("labels.nii.gz"))
    let image = try NIfTIImage(contentsOf: folder("labels.nii.gz"))
    #expect(image.header.datatype == datatype)
    #expect(image.header.slope == 1)
    #expect(image.header.intercept == 0)
    #expect(try image.labelMap().labels == map.labels)
  }

  @Test("whole numbers that fit are stored as they are", arguments: [NIfTIDatatype.int16, .uint8, .uint16])
  func wholeNumbers(datatype: NIfTIDatatype) throws {
    defer { folder.remove() }
    let written = volume { Float($0 * 4) }
    try written.write(to: folder("whole.nii"), datatype: datatype)
    let image = try NIfTIImage(contentsOf: folder("whole.nii"))
    #expect(image.header.slope == 1)
    #expect(image.volume.voxels == written.voxels)
  }

  @Test(
    "other values are off by at most half a step of the type",
    arguments: [
      (NIfTIDatatype.uint8, 255.0), (.int16, 65535), (.uint16, 65535),
    ])
  func quantised(datatype: NIfTIDatatype, steps: Double) throws {
    defer { folder.remove() }
    let written = volume { sin(Float($0)) * 700 - 100 }
    try written.write(to: folder("scaled.nii.gz"), datatype: datatype)
    let read = try NIfTIImage(contentsOf: folder("scaled.nii.gz")).volume
    let span = Double((written.voxels.max() ?? 0) - (written.voxels.min() ?? 0))
    // Slope and intercept are rounded to float32 in the header: a hundredth of a step is room for that.
    #expect(Double(largestDifference(read.voxels, written.voxels)) <= span / steps * 0.51)
  }

  @Test("probabilities suggest a display range from 0 to 1, labels up to the largest")
  func displayRange() throws {
    defer { folder.remove() }
    try volume { Float($0) / 100 }.write(to: folder("p.nii"))
    #expect(try NIfTIHeader(contentsOf: folder("p.nii")).displayRange == 0...1)
    try LabelMap(grid: oblique, repeating: 3).write(to: folder("l.nii"))
    #expect(try NIfTIHeader(contentsOf: folder("l.nii")).displayRange == 0...3)
  }

  @Test("compact probabilities are uint8 of slope 1/255: 0 and 1 exact, others off by at most half a step")
  func compactProbabilities() throws {
    defer { folder.remove() }
    let written = volume { Float($0) / 59 }
    try written.writeProbabilities(to: folder("p.nii.gz"))
    let read = try NIfTIImage(contentsOf: folder("p.nii.gz"))
    #expect(read.header.datatype == .uint8)
    #expect(read.header.displayRange == 0...1)
    #expect(read.volume.voxels.first == 0 && read.volume.voxels.last == 1)
    // A ten-millionth for the slope's rounding to float32.
    #expect(largestDifference(read.volume.voxels, written.voxels) <= 1 / 510 + 1e-7)
  }

  @Test("a missing folder is an error that names it")
  func missingFolder() throws {
    defer { folder.remove() }
    let path = folder("none/a.nii")
    #expect(throws: NIfTIError(path: path, reason: .missingFolder(folder("none")))) {
      try volume { Float($0) }.write(to: path)
    }
  }

  @Test("a failed write leaves the old file and nothing else")
  func failedWrite() throws {
    defer { folder.remove() }
    // A folder stands where the file should go: the rename fails after all bytes are written.
    try FileManager.default.createDirectory(
      atPath: folder("taken.nii"), withIntermediateDirectories: true)
    #expect(throws: NIfTIError.self) { try volume { Float($0) }.write(to: folder("taken.nii")) }
    #expect(try folder.names() == ["taken.nii"])
  }

  @Test("more voxels along an axis than NIfTI-1 can count make a NIfTI-2 file")
  func longAxis() throws {
    defer { folder.remove() }
    let long = LabelMap(grid: Grid(shape: [32768, 1, 1], affine: .identity), repeating: 1)
    try long.write(to: folder("long.nii"))
    let image = try NIfTIImage(contentsOf: folder("long.nii"))
    #expect(image.header.format == .nifti2)
    #expect(try image.labelMap() == long)
  }

  @Test(
    "header extensions of a source are written to its results, byte for byte",
    arguments: ["nifti2-little.nii", "nifti2-big.nii.gz", "pair.hdr"])
  func extensions(name: String) throws {
    defer { folder.remove() }
    let source = try NIfTIImage(contentsOf: Expected.path(name))
    #expect(source.header.extensions.count == 1)
    try source.volume.write(to: folder("a.nii.gz"), like: source.header, datatype: .int16)
    let result = try NIfTIImage(contentsOf: folder("a.nii.gz"))
    #expect(result.header.extensions == source.header.extensions)
    #expect(result.volume == source.volume)
  }

  @Test("a result of an Analyze scan gets forms that place it where the scan was taken to be")
  func analyzeSource() throws {
    defer { folder.remove() }
    let source = try NIfTIHeader(contentsOf: Expected.path("analyze-spm.img"))
    try LabelMap(grid: source.grid).write(to: folder("a.nii"), like: source)
    let result = try NIfTIHeader(contentsOf: folder("a.nii"))
    #expect(result.grid == source.grid)
    #expect(result.gridSource == .sform)
  }

  @Test("other endings and other types are refused")
  func refused() throws {
    defer { folder.remove() }
    let path = folder("a.mgz")
    #expect(throws: NIfTIError(path: path, reason: .fileExtension)) {
      try volume { Float($0) }.write(to: path)
    }
    #expect(throws: NIfTIError(path: "a.nii", reason: .unwritableDatatype(.int64))) {
      try volume { Float($0) }.write(to: "a.nii", datatype: .int64)
    }
    #expect(try folder.names().isEmpty)
  }

  @Test("the same voxels give the same bytes")
  func deterministic() throws {
    defer { folder.remove() }
    let written = Volume(grid: Grid(shape: [80, 80, 80], affine: .identity), repeating: 0.25)
    try written.write(to: folder("a.nii.gz"))
    try written.write(to: folder("b.nii.gz"))
    #expect(
      FileManager.default.contentsEqual(atPath: folder("a.nii.gz"), andPath: folder("b.nii.gz")))
  }

  @Test(
    "nibabel reads what is written: voxels, place and codes",
    .needs(.nibabel),
    arguments: ["a.nii", "a.nii.gz"])
  func nibabel(name: String) throws {
    defer { folder.remove() }
    let source = try NIfTIHeader(contentsOf: Expected.path("both-mni.nii.gz"))
    let written = Volume(grid: source.grid, voxels: (0..<source.grid.count).map { Float($0) * 0.5 })
    try written.write(to: folder(name), like: source)
    let script = """
      import sys, nibabel, numpy as np
      a, b = nibabel.load(sys.argv[1]), nibabel.load(sys.argv[2])
      assert (a.get_fdata().ravel(order='F') == np.arange(np.prod(a.shape)) * 0.5).all()
      assert a.shape == b.shape and (a.affine == b.affine).all()
      assert (a.get_qform() == b.get_qform()).all()
      for key in ('qform_code', 'sform_code'): assert a.header[key] == b.header[key]
      print('same')
      """
    #expect(try Python.run(script, [folder(name), Expected.path("both-mni.nii.gz")]) == "same\n")
  }
}
