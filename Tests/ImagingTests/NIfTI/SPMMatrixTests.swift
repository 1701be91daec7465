import Foundation
import Imaging
import TestSupport
import Testing

/// Files that nibabel (`Spm99AnalyzeImage`) and SciPy write; nibabel's affine is the oracle.
@Suite("SPM's .mat file beside an Analyze image")
struct SPMMatrixTests {
  private let folder: Workplace

  init() throws { folder = try Workplace() }

  /// Leaves `a.img`, `a.hdr`, `a.mat`; `save` writes the dictionary `mats` again in its own way.
  private static let script = """
    import sys, numpy as np, nibabel as nib, scipy.io as sio, gzip, shutil
    path, save = sys.argv[1:]
    t = np.deg2rad(20)
    affine = np.array([[-2, 0, 0, 40], [0, 2 * np.cos(t), -2.5 * np.sin(t), -30], [0, 2 * np.sin(t), 2.5 * np.cos(t), 7], [0, 0, 0, 1]])
    if "ras" in save: affine[0] *= -1
    nib.save(nib.Spm99AnalyzeImage(np.arange(210, dtype=np.int16).reshape(5, 6, 7), affine), path + ".img")
    mats = {k: v for k, v in sio.loadmat(path + ".mat").items() if k[0] != "_"}
    if "onlyM" in save: mats.pop("mat")
    if "series" in save: mats["mat"] = np.stack([mats["mat"], np.eye(4)], 2)
    if "big" in save:
      m = mats["mat"].astype(">f8").tobytes(order="F")
      open(path + ".mat", "wb").write(np.array([1000, 4, 4, 0, 4], ">i4").tobytes() + b"mat\\0" + m)
    elif "whole" in save:
      sio.savemat(path + ".mat", {"mat": np.round(mats["mat"]).astype(np.int16)}, format="5")
    else:
      sio.savemat(path + ".mat", mats, format="5" if "5" in save else "4", do_compression="packed" in save)
    print(*nib.Spm99AnalyzeImage.load(path + ".img").affine[:3].ravel())
    """

  @Test(
    "the affine is nibabel's", .needs(.nibabel), .needs(.sciPy),
    arguments: [
      "4", "4 ras", "4 onlyM", "4 onlyM ras", "5", "5 onlyM", "5 packed", "5 packed series ras", "big",
      "whole",
    ])
  func nibabel(save: String) throws {
    defer { folder.remove() }
    let numbers = try Python.numbers(Self.script, [folder("a"), save])
    let wanted = Expected.grid([5, 6, 7], numbers).affine
    for name in ["a.img", "a.hdr"] {
      let header = try NIfTIHeader(contentsOf: folder(name))
      #expect(header.grid.affine.distance(to: wanted) < 1e-9)
      #expect(header.gridSource == .matrix)
      #expect(!header.warnings.contains(.analyze))
    }
  }

  private func copyAnalyze() throws {
    for half in ["hdr", "img"] {
      try FileManager.default.copyItem(
        atPath: Expected.path("analyze.\(half)"), toPath: folder("a.\(half)"))
    }
  }

  @Test(
    "a file that SPM cannot have written is a warning, and the header counts",
    arguments: [
      "1 0 0 0\n0 1 0 0\n0 0 1 0\n0 0 0 1\n", "", "short",
      "MATLAB 7.3 MAT-file" + String(repeating: " ", count: 200), String(repeating: "\0", count: 40),
    ])
  func other(content: String) throws {
    defer { folder.remove() }
    try copyAnalyze()
    try Data(content.utf8).write(to: URL(fileURLWithPath: folder("a.mat")))
    let header = try NIfTIHeader(contentsOf: folder("a.img"))
    #expect(header.grid == (try NIfTIHeader(contentsOf: Expected.path("analyze.img")).grid))
    #expect(header.warnings.contains(.analyze))
    #expect(header.warnings.contains { "\($0)".hasPrefix(folder("a.mat")) })
  }

  @Test("a damaged file neither crashes nor places the image nowhere", .needs(.nibabel), .needs(.sciPy))
  func damaged() throws {
    defer { folder.remove() }
    for save in ["4", "5", "5 packed"] {
      _ = try Python.numbers(Self.script, [folder("a"), save])
      let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder("a.mat"))))
      var random = SplitRandom(state: 17)
      for _ in 0..<300 {
        var bytes = whole
        for _ in 0..<3 { bytes[Int(random.uniform() * Float(bytes.count))] = UInt8(random.uniform() * 255) }
        bytes.removeLast(Int(random.uniform() * random.uniform() * Float(bytes.count)))
        try Data(bytes).write(to: URL(fileURLWithPath: folder("a.mat")))
        let header = try NIfTIHeader(contentsOf: folder("a.img"))
        #expect(header.grid.affine.inverse != nil)
      }
    }
  }
}
