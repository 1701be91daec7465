import Foundation
import Imaging
import TestSupport
import Testing

/// The same bytes, placed by nibabel and SimpleITK themselves.
@Suite("Where other programs place a file")
struct ForeignPlacementTests {
  /// Changes to `Fixtures/qform-oblique.nii` or `forms-disagree.nii`, by offset.
  private static let cases: [(name: String, fixture: String, changes: [Int: [UInt8]])] = [
    ("agree", "qform-oblique.nii", [:]),
    ("no forms", "qform-oblique.nii", [252: [0, 0, 0, 0]]),
    ("codes 2 and 1", "forms-disagree.nii", [:]),
    ("codes 1 and 1", "forms-disagree.nii", [254: [1, 0]]),
    ("codes 4 and 2", "forms-disagree.nii", [252: [2, 0, 4, 0]]),
    ("sform alone", "forms-disagree.nii", [252: [0, 0, 4, 0]]),
    ("metres", "qform-oblique.nii", [123: [1]]),
    ("micrometres", "forms-disagree.nii", [123: [3]]),
    ("shear alone", "sheared.nii", [:]),
    // 1.2 and 0.5 as float32.
    ("long quaternion", "qform-oblique.nii", [256: [0x9a, 0x99, 0x99, 0x3f, 0, 0, 0, 0x3f, 0, 0, 0, 0]]),
    ("negative voxel size, sform", "forms-disagree.nii", [254: [1, 0], 83: [0xbf]]),
    ("negative voxel size", "qform-oblique.nii", [83: [0xbf]]),
  ]

  private static let script = """
    import sys, json, warnings
    warnings.simplefilter("ignore")
    import nibabel, numpy as np, SimpleITK as sitk
    sitk.ProcessObject.SetGlobalWarningDisplay(False)
    result = {}
    try: result["nibabel"] = nibabel.load(sys.argv[1]).affine[:3].tolist()
    except Exception: result["nibabel"] = None
    try:
      image = sitk.ReadImage(sys.argv[1])
      m = np.zeros((3, 4))
      m[:, :3] = np.reshape(image.GetDirection(), (3, 3)) @ np.diag(image.GetSpacing())
      m[:, 3] = image.GetOrigin()
      result["ITK"] = (np.diag([-1, -1, 1]) @ m).tolist()
    except Exception: result["ITK"] = None
    print(json.dumps(result))
    """

  @Test(
    "nibabel and ITK are said to differ exactly where they do, and where they place it is where they do",
    .needs(.nibabel), .needs(.simpleITK),
    arguments: cases.map(\.name))
  func live(name: String) throws {
    let folder = try Workplace()
    defer { folder.remove() }
    let chosen = try #require(Self.cases.first { $0.name == name })
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: Expected.path(chosen.fixture))))
    for (offset, replacement) in chosen.changes {
      bytes.replaceSubrange(offset..<offset + replacement.count, with: replacement)
    }
    let path = folder("scan.nii")
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    let summary = ScanSummary(try NIfTIImage(contentsOf: path))
    let output = try Python.run(Self.script, [path])
    let theirs = try JSONDecoder().decode([String: [[Double]]?].self, from: Data(output.utf8))
    for program in [ForeignPlacement.Program.nibabel, .itk] {
      let said = summary.placedElsewhere.first { $0.program == program }
      let there = theirs[program.rawValue] ?? nil
      // Not listed: the same place as here.
      let predicted = said == nil ? summary.affine : said?.affine
      #expect((there == nil) == (predicted == nil), "\(name), \(program)")
      guard let there, let predicted else { continue }
      let size = max(1, there.joined().map(abs).max() ?? 0)
      for (a, b) in zip(there.joined(), predicted.joined()) {
        #expect(abs(a - b) < 1e-3 * size, "\(name), \(program): \(there) and \(predicted)")
      }
    }
  }

  @Test("a file that all place alike has no such list, and one without forms has it in words")
  func words() throws {
    let plain = ScanSummary(try NIfTIImage(contentsOf: Expected.path("qform-oblique.nii")))
    #expect(plain.placedElsewhere.isEmpty)
    let text = ScanSummary(try NIfTIImage(contentsOf: Expected.path("no-forms.nii"))).text
    for program in ["nibabel places it up to", "ITK places it up to", "FSL/SPM places it up to"] {
      #expect(text.contains(program))
    }
  }
}
