import Foundation
import TestSupport
import Testing

/// Scans of the same name from different folders: the second does not take the place of the first unasked.
@Suite("Scans of one name")
struct ReplacedScanTests {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    try SmallModel.write(to: place)
    for number in 1...2 { try place.write(SyntheticHead(number: number), to: "s\(number)/T1.nii") }
  }

  static let commands = [
    "segment SCAN --model model.safetensors --threads 1 --quiet --output out",
    "preprocess SCAN --spacing 2 --threads 1 --quiet --output out",
  ]

  private func run(_ command: String, _ scan: String, _ more: String = "") throws -> Workplace.Outcome {
    try place.grisea(command.replacing("SCAN", with: scan) + more)
  }

  @Test(
    "a file that a command reads is not replaced by its output",
    arguments: [
      "associate --features f.tsv --participants p.tsv --target age --output p.tsv",
      "associate --features f.tsv --participants p.tsv --target age --output ./f.tsv",
      "evaluate --pairs f.tsv --output f.tsv",
      "encode s1/T1.nii --model model.safetensors --output model.safetensors",
      "segment out/sub-1_dseg.nii.gz --model model.safetensors --output out",
    ])
  func ownInput(command: String) throws {
    for name in ["f.tsv", "p.tsv", "out/sub-1_dseg.nii.gz"] {
      try place.write("participant_id\tage\n", to: name)
    }
    let before = try place.contents("")
    let outcome = try place.grisea(command)
    #expect(outcome.status == 64)
    #expect(
      outcome.error.first?.contains("this file is read, and would be replaced") == true, "\(outcome.error)")
    #expect(try place.contents("") == before)
  }

  @Test("another scan of the same name is refused in one line that names the option", arguments: commands)
  func refused(command: String) throws {
    #expect(try run(command, "s1/T1.nii").status == 0)
    let before = try place.contents("out")
    let second = try run(command, "s2/T1.nii")
    #expect(second.status == 1)
    #expect(second.error.count == 1, "\(second.error)")
    let line = try #require(second.error.first)
    #expect(line.hasPrefix("s2/T1.nii: "), "\(line)")
    #expect(line.contains("s1/T1.nii") && line.contains("--force"), "\(line)")
    #expect(try place.contents("out") == before, "nothing was written")
    // Other options are no way around it.
    let other = command.hasPrefix("segment") ? " --probabilities" : " --bias-field n4"
    #expect(try run(command, "s2/T1.nii", other).status == 1)
    #expect(try place.contents("out") == before)
  }

  @Test("--force and its older name replace the other scan's results", arguments: ["--force", "--anew"])
  func forced(option: String) throws {
    let command = Self.commands[0]
    #expect(try run(command, "s1/T1.nii").status == 0)
    #expect(try run(command, "s2/T1.nii", " " + option).status == 0)
    #expect(try run(command.replacing(" out", with: " own"), "s2/T1.nii").status == 0)
    #expect(try place.results("out") == place.results("own"))
    // From now on the results are those of the second scan.
    #expect(try run(command, "s2/T1.nii").status == 0)
    #expect(try place.states() == ["T1 skipped"])
    #expect(try run(command, "s1/T1.nii").status == 1)
  }

  @Test(
    "a scan that has changed, was moved, or is typed in another way is the same scan", arguments: commands)
  func same(command: String) throws {
    #expect(try run(command, "s1/T1.nii").status == 0)
    #expect(try run(command, "./s2/../s1/T1.nii").status == 0)
    #expect(try place.states() == ["T1 skipped"])
    try FileManager.default.moveItem(atPath: place("s1"), toPath: place("moved"))
    #expect(try run(command, "moved/T1.nii").status == 0)
    #expect(try place.states() == ["T1 skipped"])
    try FileManager.default.moveItem(atPath: place("moved"), toPath: place("s1"))
    try place.write(SyntheticHead(number: 5), to: "s1/T1.nii")
    #expect(try run(command, "s1/T1.nii").status == 0)
    #expect(try place.states() == ["T1 done"])
  }

  @Test("two BIDS datasets do not fill one folder of derivatives with scans of the same names")
  func datasets() throws {
    for number in 1...2 {
      let folder = "ds\(number)"
      try place.write(SyntheticHead(number: number), to: "\(folder)/sub-1/anat/sub-1_T1w.nii")
      try place.write(
        "{\"Name\": \"heads\", \"BIDSVersion\": \"1.8.0\"}", to: "\(folder)/dataset_description.json")
    }
    let command = "bids ds1 out participant --model model.safetensors --n-cpus 1 --quiet"
    #expect(try place.grisea(command).status == 0)
    let second = try place.grisea(command.replacing("ds1", with: "ds2"))
    #expect(second.status == 1)
    #expect(second.error.contains { $0.contains("ds1/sub-1/anat/sub-1_T1w.nii") }, "\(second.error)")
    #expect(try place.grisea(command.replacing("ds1", with: "ds2") + " --force").status == 0)
  }
}
