import Foundation
import TestSupport
import Testing

@Suite("Low quality on the terminal")
struct LowQualityTests {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    try SmallModel.write(to: place)
    // No brain of an adult: 24 ml of tissue.
    for name in ["sub-1", "sub-2"] { try place.write(SyntheticHead(), to: "\(name)_T1w.nii") }
  }

  private func segment(_ words: String = "") throws -> Workplace.Outcome {
    try place.grisea(
      "segment sub-1_T1w.nii sub-2_T1w.nii --model model.safetensors --output out --threads 1 \(words)")
  }

  @Test("a closed standard error ends nothing, and a full standard output is a failure")
  func streams() throws {
    #expect(
      try place.run(
        "sh", ["-c", "grisea segment sub-1_T1w.nii --model model.safetensors --threads 1 --output out 2>&-"]
      ).status == 0)
    #expect(place.exists("out/sub-1_dseg.nii.gz"))
    let full = try place.run("sh", ["-c", "grisea inspect sub-1_T1w.nii >/dev/full"])
    #expect(full.status == 1)
    #expect(full.error.last == "standard output cannot be written: no space left on device", "\(full.error)")
  }

  @Test("a single thin slice has no brain, and does not end the batch")
  func slice() throws {
    let head = SyntheticHead(shape: [64, 64, 1])
    var file = head.file
    // Voxels of 1 mm.
    for offset in [80, 84, 88] {
      withUnsafeBytes(of: Float(1)) { file.replaceSubrange(offset..<offset + 4, with: $0) }
    }
    for (offset, value) in [(280, -1), (300, 1), (320, 1)] as [(Int, Float)] {
      withUnsafeBytes(of: value) { file.replaceSubrange(offset..<offset + 4, with: $0) }
    }
    try place.write(file, to: "a_T1w.nii")
    let outcome = try place.grisea(
      "segment a_T1w.nii sub-1_T1w.nii --model fast --views 1 --output out --quiet")
    #expect(outcome.status == 0 || outcome.status == 1, "\(outcome.error)")
    #expect(try place.states().contains("sub-1 done"))
  }

  @Test("each such scan is a line with its main reason, they are counted, and the exit code is 0")
  func lines() throws {
    let outcome = try segment()
    #expect(outcome.status == 0)
    for name in ["sub-1", "sub-2"] {
      let own = outcome.error.filter { $0.hasPrefix("\(name)_T1w.nii: low quality 0.00: ") }
      #expect(own.count == 1, "\(outcome.error)")
      #expect(own.first.map { !$0.contains("; ") } == true)
    }
    let count = "2 of 2 have a quality below 0.5: check them visually before you use them"
    #expect(outcome.error.last == count)
    let rows = try place.table("out/status.tsv")
    #expect(rows.count == 2)
    #expect(
      rows.allSatisfy { $0["state"] == "done" && $0["reason"]?.contains("; low quality 0.00: ") == true })
    // What is there already is counted once more, without its lines.
    let again = try segment()
    #expect(again.status == 0 && again.error.contains(count))
    #expect(!again.error.contains { $0.contains(": low quality") })
    #expect(
      try place.table("out/status.tsv").allSatisfy {
        $0["state"] == "skipped" && $0["reason"]?.hasPrefix("unchanged; low quality 0.00: ") == true
      })
  }

  @Test("the volumes and the quality of each scan are one line on the terminal, as in the table")
  func volumes() throws {
    let outcome = try segment()
    for row in try place.table("out/volumes.tsv") {
      let values = try ["GM_ml", "WM_ml", "CSF_ml", "ICV_ml"].map { column in
        let text = try #require(row[column])
        return String(format: "%.0f", try #require(Double(text)))
      }
      let name = try #require(row["subject"])
      let line =
        "\(name): GM \(values[0]) ml, WM \(values[1]) ml, CSF \(values[2]) ml, ICV \(values[3]) ml, quality 0.00"
      #expect(outcome.error.contains(line), "\(outcome.error)")
    }
  }

  @Test("tables hold n/a, and no number that is none")
  func tables() throws {
    #expect(try segment("--quiet").error.isEmpty)
    let text = String(decoding: try place.bytes("out/volumes.tsv"), as: UTF8.self)
    let cells = text.split { $0 == "\t" || $0 == "\n" }.map { $0.lowercased() }
    #expect(cells.allSatisfy { !["nan", "-nan", "inf", "-inf"].contains($0) })
  }
}
