import Foundation
import Imaging
import Testing

/// `grisea evaluate` as a process.
@Suite("grisea evaluate")
struct EvaluateTests {
  private struct Outcome {
    var status: Int32
    var output, error: [String]
  }

  /// Runs the command in a folder of its own, in which `prepare` has written maps.
  private func evaluate(_ arguments: String..., prepare: (String) throws -> Void) throws -> Outcome {
    let folder = FileManager.default.temporaryDirectory.appending(path: "evaluate-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    for name in ["p", "r"] {
      try FileManager.default.createDirectory(
        at: folder.appending(path: name), withIntermediateDirectories: true)
    }
    try prepare(folder.path)
    let process = Process()
    let (output, error) = (Pipe(), Pipe())
    process.executableURL = try #require(RunTests.executable, "the tests lie beside the executable")
    process.arguments = ["evaluate"] + arguments
    process.currentDirectoryURL = folder
    (process.standardOutput, process.standardError) = (output, error)
    try process.run()
    let texts = [output, error].map {
      String(decoding: $0.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        .split(separator: "\n").map(String.init)
    }
    process.waitUntilExit()
    return Outcome(status: process.terminationStatus, output: texts[0], error: texts[1])
  }

  private func write(_ labels: [UInt16], _ path: String) throws {
    let grid = Grid(shape: [labels.count, 1, 1], affine: .identity)
    try LabelMap(grid: grid, labels: labels).write(to: path)
  }

  @Test("bad pairs are a line each on standard error and exit code 1; the others are scored")
  func mixed() throws {
    let outcome = try evaluate("--prediction", "p", "--reference", "r", "--output", "s.tsv") { folder in
      try write([1, 1, 1, 2], folder + "/p/sub-1_dseg.nii.gz")
      try write([1, 1, 2, 2], folder + "/r/sub-1_dseg.nii.gz")
      try Data("no image".utf8).write(to: URL(filePath: folder + "/p/sub-2_dseg.nii.gz"))
      try write([1], folder + "/r/sub-2_dseg.nii.gz")
      try write([1, 9], folder + "/p/sub-3_dseg.nii")
      try write([1, 1], folder + "/r/sub-3_dseg.nii")
      try write([1, 1], folder + "/p/sub-4_dseg.nii")
      try write([1, 1, 1], folder + "/r/sub-4_dseg.nii")
      try write([1], folder + "/r/sub-5_dseg.nii")
    }
    #expect(outcome.status == 1)
    // GM: 3 predicted, 2 in the reference, 2 agreed; WM: 1, 2, 1.
    #expect(outcome.output.contains { $0.split(separator: " ") == ["sub-1", "0.8000", "0.6667"] })
    #expect(outcome.output.suffix(2) == ["s.tsv", "s.json"])
    let starts = [
      "r/sub-5_dseg.nii: no prediction of sub-5", "p/sub-2_dseg.nii.gz: ",
      "p/sub-3_dseg.nii: label 9 (1 voxel)",
      "p/sub-4_dseg.nii: against r/sub-4_dseg.nii: the prediction has 2×1×1 voxels",
    ]
    #expect(outcome.error.count == starts.count, "\(outcome.error)")
    for (line, start) in zip(outcome.error, starts) { #expect(line.hasPrefix(start), "\(line)") }
  }

  @Test("each side is read with its own table, and --json prints every score")
  func tables() throws {
    let outcome = try evaluate(
      "--prediction", "p/a.nii", "--reference", "r/b.nii", "--label-table", "freesurfer", "--reference-table",
      "ibsr", "--json"
    ) { folder in
      try write([3, 1035, 2, 0], folder + "/p/a.nii")
      try write([2, 2, 3, 0], folder + "/r/b.nii")
    }
    #expect(outcome.status == 0)
    let root = try JSONSerialization.jsonObject(with: Data(outcome.output.joined().utf8)) as? [String: Any]
    let subjects = try #require(root?["subjects"] as? [String: [String: [String: Any]]])
    #expect(subjects["a"]?["GM"]?["dice"] as? Double == 1)
    #expect(subjects["a"]?["GM"]?["reference_ml"] as? Double == 0.002)
  }

  @Test("an unknown label table is wrong usage, a folder that is not there a failure")
  func mistakes() throws {
    let prepare = { (folder: String) in try write([1], folder + "/p/a.nii") }
    let table = try evaluate(
      "--prediction", "p", "--reference", "p", "--label-table", "spm", prepare: prepare)
    #expect(table.status == 64)
    #expect(table.error.first?.hasPrefix("spm: no such label table or file") == true)
    let folder = try evaluate(
      "--prediction", "p", "--reference", "p", "--output", "no/s.tsv", prepare: prepare)
    #expect(folder.status == 1)
    #expect(folder.error == ["no/s.tsv: the folder no does not exist; make it first"])
  }
}
