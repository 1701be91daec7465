import Foundation
import Imaging
import Segmentation
import TestSupport
import Testing

/// `kill -9` at any time: what bears a result's name is whole, and the same command afterwards completes.
@Suite("Interrupted commands")
struct InterruptionTests {
  private let place: Workplace

  init() throws { place = try Workplace() }

  private func names(_ folder: String) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: place(folder))) ?? []
  }

  private static let subjects = (1...6).map { "sub-\($0)" }

  private static let files = Set(
    subjects.flatMap { subject in
      [
        "dseg", "label-GM_mask", "desc-brain_mask", "label-GM_probseg", "label-WM_probseg",
        "label-CSF_probseg",
      ]
      .flatMap { ["\(subject)_\($0).nii.gz", "\(subject)_\($0).json"] }
    } + ["volumes.tsv", "dseg.tsv", "dseg.label", "dseg.lut"])

  private static func segment(to folder: String) -> [String] {
    let scans = subjects.map { $0 + "_T1w.nii" }.joined(separator: " ")
    let words =
      "segment \(scans) --model model.safetensors --threads 1 --probabilities --quiet --output \(folder)"
    return words.split(separator: " ").map(String.init)
  }

  /// The process is killed when the folder holds this many files, whole or half written.
  @Test(
    "segment leaves whole files only, and completes when it is called again", arguments: [1, 2, 6, 7, 13])
  func segment(count: Int) throws {
    try SmallModel.write(to: place)
    for (number, subject) in Self.subjects.enumerated() {
      try place.write(SyntheticHead(number: number), to: "\(subject)_T1w.nii")
    }
    let status = try place.start("grisea", Self.segment(to: "out")).kill(watching: place.path) {
      names("out").count >= count
    }
    #expect(status == 128 + SIGKILL)
    let left = try place.results("out")
    #expect(left.count < Self.files.count)
    #expect(Set(left.keys).isSubset(of: Self.files))
    for name in left.keys where name.hasSuffix(".nii.gz") {
      #expect(throws: Never.self) { try NIfTIImage(contentsOf: place("out/" + name)) }
    }
    let rows = String(decoding: left["volumes.tsv"] ?? Data(), as: UTF8.self).split(separator: "\n")
      .dropFirst()
    for row in rows {
      let subject = row.prefix { $0 != "\t" }
      #expect(row.split(separator: "\t").count == VolumeTable.columns.count)
      #expect(
        left.keys.count { $0.hasPrefix(subject + "_") } == 12, "a row stands for a subject that is done")
    }
    // Rows are whole at any moment, and one for each subject at the most.
    if place.exists("out/status.tsv") {
      let states = try place.table("out/status.tsv")
      #expect(states.allSatisfy { $0.count == 7 && $0["state"] == "done" })
      #expect(Set(states.map { $0["subject"] }).count == states.count)
    }
    #expect(try place.run("grisea", Self.segment(to: "out")).status == 0)
    #expect(try place.table("out/status.tsv").count == Self.subjects.count)
    #expect(try place.run("grisea", Self.segment(to: "whole")).status == 0)
    #expect(try place.results("out") == place.results("whole"))
  }

  @Test("an interrupted batch says how far it is, and the next one says what is left")
  func sentence() throws {
    try SmallModel.write(to: place)
    let scans = (1...40).map { "sub-\($0)_T1w.nii" }
    for (number, scan) in scans.enumerated() { try place.write(SyntheticHead(number: number), to: scan) }
    let words = ["segment"] + scans + ["--model", "model.safetensors", "--threads", "1", "--output", "out"]
    let process = try place.start("grisea", words)
    let status = try process.kill(SIGTERM, watching: place.path) {
      names("out").contains("sub-2_dseg.nii.gz")
    }
    #expect(status == 128 + SIGTERM)
    let error = try process.outcome().error
    let said = try #require(error.first { $0.hasPrefix("interrupted: scans segmented ") }, "\(error)")
    let done = try #require(said.firstMatch(of: /segmented (\d+)\/40;/).flatMap { Int($0.1) })
    #expect(done >= 1 && done < 40)
    #expect(error.last == "Run the same command again: only what is missing is done.")
    try place.write("half", to: "out/.sub-9_dseg.nii.gz.123-abc.partial")
    let next = try place.run("grisea", words).error
    let left = try #require(next.first { $0.hasSuffix(" to do") }, "\(next)")
    let counts = left.matches(of: /\d+/).compactMap { Int($0.0) }
    #expect(counts.count == 3 && counts[0] >= done && counts[0] + counts[2] == 40, "\(left)")
    #expect(
      next.contains("out: warning: an interrupted command has left 1 incomplete file here, now removed")
        || next.contains { $0.contains("incomplete files here, now removed") }, "\(next)")
  }

  /// Each time the process, and what it has started, is killed when some more files than before are there.
  @Test(
    "killed ten times over, a batch ends with the files of an undisturbed one",
    arguments: [
      "segment SCANS --model model.safetensors --threads 1 --probabilities --quiet --output OUT",
      "preprocess SCANS --bias-field n4 --threads 1 --quiet --output OUT",
      "run one.pipeline --each scan=sub-*_T1w.nii --jobs 2 --quiet --output OUT",
    ])
  func tenTimes(command: String) throws {
    try SmallModel.write(to: place)
    try place.write(
      "grisea segment \"${scan}\" --model model.safetensors --threads 1 --output \"${output}/${item}\"\n",
      to: "one.pipeline")
    let subjects = (1...20).map { "sub-\($0)" }
    for (number, subject) in subjects.enumerated() {
      try place.write(SyntheticHead(shape: [48, 46, 44], number: number), to: "\(subject)_T1w.nii")
    }
    let scans = subjects.map { $0 + "_T1w.nii" }.joined(separator: " ")
    func words(_ folder: String) -> [String] {
      command.replacing("SCANS", with: scans).replacing("OUT", with: folder).split(separator: " ").map(
        String.init)
    }
    func images() throws -> [String: Data] {
      guard place.exists("out") else { return [:] }
      return try place.results("out").filter { $0.key.hasSuffix(".nii.gz") }
    }
    #expect(try place.run("grisea", words("whole")).status == 0)
    let whole = try place.results("whole").filter { !$0.key.hasPrefix("provenance") }
    var killed = 0
    for more in [1, 5, 2, 7, 3, 1, 4, 6, 2, 3] {
      let before = try images().count
      let status = try place.start("grisea", words("out")).kill(watching: place.path) {
        ((try? images().count) ?? 0) >= before + more
      }
      killed += status == 128 + SIGKILL ? 1 : 0
      // What bears a result's name is that result, whole.
      for (name, content) in try images() { #expect(content == whole[name], "\(name)") }
    }
    #expect(killed > 3)
    #expect(try place.run("grisea", words("out")).status == 0)
    let resumed = try place.results("out").filter { !$0.key.hasPrefix("provenance") }
    let filesOfEach = command.hasPrefix("preprocess") ? 1 : 6
    #expect(resumed == whole && whole.count >= filesOfEach * subjects.count)
    let states = try place.table("out/status.tsv").filter { $0["stage"] != nil }
    #expect(states.count == subjects.count && states.allSatisfy { $0["state"] != "failed" })
  }

  /// So many epochs that the first checkpoint is far from the end.
  private static let training = SmallModel.training + " --epochs 150 --output"

  private func killTraining() throws {
    let words = "\(Self.training) m.safetensors".split(separator: " ").map(String.init)
    let status = try place.start("grisea", words).kill(watching: place.path) {
      place.exists("m.checkpoint.safetensors")
    }
    #expect(status == 128 + SIGKILL)
    #expect(
      Set(names("").filter { !$0.hasPrefix(".") }).isSubset(of: [
        "data", "m.checkpoint.safetensors", "m.log.tsv",
      ]))
  }

  @Test("train goes on with --resume after a kill, and ends with the model of an uninterrupted training")
  func train() throws {
    try place.writeDataset(1...2)
    try killTraining()
    let resumed = try place.grisea("\(Self.training) m.safetensors --resume".replacing(" --quiet", with: ""))
    #expect(resumed.status == 0, "\(resumed.error)")
    #expect(resumed.error.contains { $0.hasPrefix("resuming after epoch ") })
    #expect(try place.grisea("\(Self.training) whole.safetensors").status == 0)
    #expect(try place.bytes("m.safetensors") == place.bytes("whole.safetensors"))
    #expect(
      Set(names("").filter { !$0.hasPrefix(".") }) == [
        "data", "m.safetensors", "m.log.tsv", "whole.safetensors", "whole.log.tsv",
      ])
    let rows = [try place.bytes("m.log.tsv"), try place.bytes("whole.log.tsv")].map {
      String(decoding: $0, as: UTF8.self).split(separator: "\n").count
    }
    #expect(rows == [151, 151])
  }

  @Test(
    "train without --resume begins again from the start after a kill; --resume with other settings is refused in one line"
  )
  func trainAgain() throws {
    try place.writeDataset(1...2)
    try killTraining()
    let other = try place.grisea(SmallModel.training + " --epochs 3 --resume --output m.safetensors")
    #expect(other.status == 1)
    #expect(other.error.count == 1)
    #expect(
      other.error.first?.hasPrefix("m.checkpoint.safetensors: a checkpoint of another training") == true)
    #expect(!place.exists("m.safetensors"))
    #expect(try place.grisea(SmallModel.training + " --epochs 3 --output m.safetensors").status == 0)
    #expect(try place.grisea(SmallModel.training + " --epochs 3 --output n.safetensors").status == 0)
    #expect(try place.bytes("m.safetensors") == place.bytes("n.safetensors"))
    #expect(!place.exists("m.checkpoint.safetensors"))
  }

  @Test("a run goes on with the stage that a kill stopped")
  func run() throws {
    try place.writeDataset(1...2)
    let quoted = Self.training.split(separator: " ").map { "'\($0)'" }.joined(separator: " ")
    try place.write(
      "grisea preprocess data/sub-1_T1w.nii --output p\ngrisea \(quoted) m.safetensors\n", to: "a.pipeline")
    let started = try place.start("grisea", ["run", "a.pipeline"])
    _ = try started.kill(watching: place.path) { place.exists("m.checkpoint.safetensors") }
    let forecast = try place.grisea("run a.pipeline --dry-run")
    #expect(forecast.output.count == 4)
    #expect(forecast.output[1].hasSuffix("unchanged"))
    #expect(forecast.output[3].hasSuffix("would run: was interrupted"))
  }
}
