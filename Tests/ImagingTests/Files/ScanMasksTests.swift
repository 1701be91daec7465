import Foundation
import Imaging
import TestSupport
import Testing

@Suite("Masks of scans")
struct ScanMasksTests {
  private let folder: Workplace
  private let grid = Grid(shape: [3, 2, 2], affine: Affine(spacing: [1, 1, 2]))

  init() throws { folder = try Workplace() }

  private func scan(_ name: String) throws -> NIfTIImage {
    try Volume(grid: grid, voxels: (0..<12).map(Float.init)).write(to: folder(name))
    return try NIfTIImage(contentsOf: folder(name))
  }

  private func mask(_ name: String, _ label: UInt16 = 1, grid: Grid? = nil) throws {
    try LabelMap(grid: grid ?? self.grid, repeating: label).write(to: folder(name))
  }

  @Test("a file is the mask of one scan, whatever it is called; of several it is none")
  func file() throws {
    defer { folder.remove() }
    try mask("brain.nii")
    let scan = try scan("sub-1_T1w.nii")
    let masks = try ScanMasks(folder("brain.nii"), for: [scan.path])
    #expect(try masks.mask(of: scan).labels == Array(repeating: 1, count: 12))
    #expect(throws: ScanMaskError.oneForMany(mask: "m.nii", scans: 2)) {
      try ScanMasks("m.nii", for: ["a.nii", "b.nii"])
    }
  }

  @Test("a pattern gives each scan the mask of its subject, and says where there is none or more than one")
  func pattern() throws {
    defer { folder.remove() }
    for number in 1...2 { try mask("sub-\(number)_desc-brain_mask.nii.gz", UInt16(number)) }
    try mask("sub-2_label-GM_mask.nii.gz")
    let scans = try (1...3).map { try scan("sub-\($0)_T1w.nii") }
    let word = folder("*_desc-brain_mask.nii.gz")
    let masks = try ScanMasks(word, for: scans.map(\.path))
    #expect(try masks.mask(of: scans[1]).labels.first == 2)
    #expect(throws: ScanMaskError.none(scan: scans[2].path, word: word)) { try masks.mask(of: scans[2]) }
    let both = ["desc-brain", "label-GM"].map { folder("sub-2_\($0)_mask.nii.gz") }
    #expect(throws: ScanMaskError.several(scan: scans[1].path, masks: both)) {
      try ScanMasks(folder("*_mask.nii.gz"), for: scans.map(\.path)).mask(of: scans[1])
    }
  }

  @Test("a mask on another grid, and one that marks nothing, are named")
  func unusable() throws {
    defer { folder.remove() }
    let scan = try scan("a.nii")
    let other = Grid(shape: grid.shape, affine: Affine(spacing: [1, 1, 1]))
    try mask("other.nii", grid: other)
    try mask("empty.nii", 0)
    let (elsewhere, empty) = (folder("other.nii"), folder("empty.nii"))
    #expect(throws: ScanMaskError.gridsDiffer(mask: elsewhere, other, grid)) {
      try ScanMasks(elsewhere, for: [scan.path]).mask(of: scan)
    }
    #expect(throws: ScanMaskError.empty(mask: empty)) {
      try ScanMasks(empty, for: [scan.path]).mask(of: scan)
    }
  }
}
