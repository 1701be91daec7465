import Foundation
import TestSupport
import Testing

@Suite("grisea view")
struct ViewTests {
  private let place: Workplace
  private static let scan = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "sample-data/sub-colin27/anat/sub-colin27_T1w.nii.gz").path

  init() throws {
    place = try Workplace()
    let outcome = try place.grisea("segment \(Self.scan) --output out --views 1 --quiet")
    #expect(outcome.status == 0, "\(outcome.error)")
  }

  @Test("it prints a command for each viewer; all files in it are there")
  func commands() throws {
    let lines = try place.grisea("view \(Self.scan) out").output
    for program in ["fsleyes ", "itksnap ", "printf ", "niivue."] {
      let line = try #require(lines.first { $0.hasPrefix(program) })
      #expect(line.contains(Self.scan) && line.contains("out/sub-colin27_dseg.nii.gz"), "\(line)")
    }
    for file in ["out/dseg.label", "out/dseg.lut", "out/dseg.tsv"] { #expect(place.exists(file)) }
  }

  @Test("the script for MRIcroGL is Python that calls its functions with files that are there")
  func script() throws {
    let lines = try place.grisea("view \(Self.scan) out").output
    let line = try #require(lines.first { $0.hasPrefix("printf ") })
    _ = try place.run("sh", ["-c", line.replacing("MRIcroGL -s", with: "true")])
    // A module with the names of MRIcroGL's own.
    try place.write(
      """
      import os
      def loadimage(path): assert os.path.isabs(path) and os.path.exists(path); print("loadimage")
      def overlayload(path): assert os.path.exists(path); print("overlayload")
      def minmax(layer, low, high): print("minmax", layer, low, high)
      def opacity(layer, percent): print("opacity", layer, percent)
      """, to: "gl.py")
    let outcome = try place.run("python3", ["view.py"])
    #expect(
      outcome.output == ["loadimage", "overlayload", "minmax 1 0 3", "opacity 1 50"], "\(outcome.error)")
  }

  @Test("labels have the same colours for BIDS, ITK-SNAP and FSLeyes")
  func colours() throws {
    func lines(_ name: String) throws -> [[String]] {
      String(decoding: try place.bytes(name), as: UTF8.self).split(separator: "\n").map {
        $0.split(separator: " ").map(String.init)
      }
    }
    let snap = try lines("out/dseg.label").dropFirst()
    let lut = try lines("out/dseg.lut")
    let table = try place.table("out/dseg.tsv").dropFirst()
    #expect(snap.count == 6 && lut.count == 6)
    for ((snap, lut), row) in zip(zip(snap, lut), table) {
      #expect(row["index"] == snap[0] && snap[0] == lut[0])
      let colour = try snap[1...3].map { try #require(Int($0)) }
      #expect(row["color"] == "#" + colour.map { String(format: "%02X", $0) }.joined())
      #expect(
        try zip(colour, lut[1...3]).allSatisfy { abs(Double($0) / 255 - (try #require(Double($1)))) < 1e-6 })
      #expect(snap[4...6] == ["1", "1", "1"])
    }
  }

  @Test(
    "readers of others put the labels over the scan where they belong, on a grid that neither has",
    .needs(.sciPy), .needs(.simpleITK), .needs(.nibabel))
  func placement() throws {
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "check_placement.py")
      .path
    let outcome = try place.run(Python.program, [script, Self.scan, "out/sub-colin27_dseg.nii.gz"])
    #expect(outcome.status == 0, "\(outcome.output) \(outcome.error.suffix(3))")
    #expect(outcome.output.count == 4)
  }
}
