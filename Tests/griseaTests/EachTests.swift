import Foundation
import TestSupport
import Testing

/// `grisea run --each`: one pipeline for many files.
@Suite("grisea run --each")
struct EachTests {
  private let place: Workplace

  /// Names with a session, with a blank, and with letters beyond ASCII.
  private static let scans = [
    "data/sub-1_ses-a_T1w.nii", "data/sub-1_ses-b_T1w.nii", "data/sub-2_T1w.nii", "data/Zoë Ü_T1w.nii",
  ]
  private static let items = ["Zoë Ü", "sub-1_ses-a", "sub-1_ses-b", "sub-2"]

  private static let pipeline = """
    grisea preprocess "${scan}" --spacing 2 --output "${output}/${item}" --quiet
    grisea segment "${scan}" --model "${model}" --output "${output}/${item}" --threads 1 --quiet
    grisea evaluate --prediction "${output}/${item}/${item}_dseg.nii.gz" --reference "truth/${item}_dseg.nii.gz" \\
      --output "${output}/${item}/${subject}-${session}.tsv"

    """

  init() throws {
    place = try Workplace()
    try SmallModel.write(to: place)
    try place.write(Self.pipeline, to: "p.pipeline")
    for (number, scan) in Self.scans.enumerated() { try place.write(SyntheticHead(number: number), to: scan) }
    for name in Self.items {
      try place.write(SyntheticHead().labels, like: Self.scans[0], to: "truth/\(name)_dseg.nii.gz")
    }
  }

  private func run(_ more: [String] = [], output: String = "out") throws -> Workplace.Outcome {
    try place.run(
      "grisea",
      [
        "run", "p.pipeline", "--each", "scan=data/*_T1w.nii", "--set", "model=model.safetensors", "--output",
        output,
      ] + more)
  }

  /// What the stages have written, without the records and logs.
  private func results(_ folder: String) throws -> [String: Data] {
    try place.results(folder).filter { !$0.key.hasPrefix("provenance") }
  }

  @Test(
    "each file's run writes byte for byte what a run with --set writes, by any number of jobs",
    arguments: [1, 3])
  func law(jobs: Int) throws {
    let outcome = try run(["--jobs", "\(jobs)"])
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(outcome.output.sorted() == Self.items.map { "out/provenance/\($0).p.json" }.sorted())
    #expect(try place.states() == Self.items.map { "\($0) done" }.sorted())
    try FileManager.default.createDirectory(atPath: place("single"), withIntermediateDirectories: false)
    for (scan, item, subject, session) in [
      (Self.scans[0], "sub-1_ses-a", "sub-1", "ses-a"), (Self.scans[1], "sub-1_ses-b", "sub-1", "ses-b"),
      (Self.scans[2], "sub-2", "sub-2", ""), (Self.scans[3], "Zoë Ü", "Zoë Ü", ""),
    ] {
      let settings = [
        "scan=\(scan)", "item=\(item)", "subject=\(subject)", "session=\(session)", "output=single",
        "model=model.safetensors",
      ].flatMap { ["--set", $0] }
      let single = try place.run(
        "grisea", ["run", "p.pipeline", "--provenance", "record-\(item).json"] + settings)
      #expect(single.status == 0, "\(single.error)")
    }
    let (each, single) = (try results("out"), try results("single"))
    #expect(each.keys.sorted() == single.keys.sorted() && each.count > 30)
    for (name, content) in single { #expect(each[name] == content, "\(name)") }
  }

  @Test("called again it does nothing, and after a change what follows from it and no more")
  func again() throws {
    #expect(try run().status == 0)
    let before = try place.contents("out").filter { !$0.key.hasSuffix("status.tsv") }
    let again = try run()
    #expect(again.status == 0)
    #expect(again.error == ["4 skipped: unchanged"])
    #expect(try place.states() == Self.items.map { "\($0) skipped" }.sorted())
    #expect(try place.contents("out").filter { !$0.key.hasSuffix("status.tsv") } == before)

    try place.write(SyntheticHead(number: 9), to: Self.scans[2])
    let changed = try run()
    #expect(
      changed.error.contains("sub-2: again, because input data/sub-2_T1w.nii changed"), "\(changed.error)")
    #expect(try place.states().filter { $0.hasSuffix(" done") } == ["sub-2 done"])
    let forecast = try run(["--dry-run"])
    #expect(forecast.output.count { $0.hasSuffix("unchanged") } == 12)
  }

  @Test("a file that cannot be read costs its own run alone, and the same command repeats only that")
  func isolation() throws {
    let whole = try place.bytes(Self.scans[1])
    try place.write(whole.prefix(1000), to: Self.scans[1])
    let outcome = try run()
    #expect(outcome.status == 1)
    #expect(
      try place.states() == ["Zoë Ü done", "sub-1_ses-a done", "sub-1_ses-b failed", "sub-2 done"].sorted())
    let reason = try place.table("out/status.tsv").first { $0["subject"] == "sub-1_ses-b" }?["reason"] ?? ""
    #expect(
      reason.hasPrefix(
        "p.pipeline:1: preprocess ended with exit 1: \(Self.scans[1]): truncated: the header specifies"),
      "\(reason)")
    #expect(reason.hasSuffix("(out/provenance/sub-1_ses-b.p.log)"))
    #expect(outcome.error.last == "Run the same command again: only what is missing is done.")
    try place.write(whole, to: Self.scans[1])
    let repeated = try run()
    #expect(repeated.status == 0, "\(repeated.error)")
    #expect(
      try place.states()
        == Self.items.map { $0 == "sub-1_ses-b" ? "\($0) done" : "\($0) skipped" }.sorted())
  }

  @Test("a loop of symbolic links, and a link to nothing, end in their own rows")
  func links() throws {
    for (name, target) in [("loop", "data/loop_T1w.nii"), ("lost", "nowhere")] {
      try FileManager.default.createSymbolicLink(
        atPath: place("data/\(name)_T1w.nii"),
        withDestinationPath: name == "loop" ? place(target) : target)
    }
    #expect(try run().status == 1)
    let states = try place.states().filter { !$0.hasSuffix(" done") }
    #expect(states == ["loop failed", "lost failed"])
  }

  @Test("the parts of a run, done one by one and collected, are the run")
  func parts() throws {
    #expect(try run(output: "whole").status == 0)
    for index in 1...3 { #expect(try run(["--shard", "\(index)/3"]).status == 0) }
    #expect(try place.grisea("collect out").output == ["out/status.tsv"])
    #expect(try place.states() == place.states("whole/status.tsv"))
    #expect(try results("out") == results("whole"))
    #expect(
      try place.grisea("collect out").error.first?.hasPrefix("out: no job was submitted to Slurm") == true)
  }

  @Test("the stages are drawn, and nothing runs")
  func graph() throws {
    let outcome = try run(["--graph", "p.svg"])
    #expect(outcome.status == 0 && outcome.output == ["p.svg"])
    #expect(String(decoding: try place.bytes("p.svg"), as: UTF8.self).hasPrefix("<svg "))
    #expect(!place.exists("out"))
  }

  static let mistakes: [([String], String)] = [
    (["--each", "scan"], "needed name=PATTERN"),
    (["--each", "scan=a", "--each", "mask=b"], "found a second name beside scan"),
    (["--each", "scan=a"], "--each needs --output"),
    (["--each", "item=a", "--output", "o"], "${item} has another value in each run"),
    (["--each", "subject=a", "--output", "o"], "${subject} has another value in each run"),
    (["--each", "session=a", "--output", "o"], "${session} has another value in each run"),
    (["--each", "output=a", "--output", "o"], "${output} has another value in each run"),
    (["--jobs", "2"], "need --each"),
    (["--each", "scan=a", "--output", "o", "--jobs", "0"], "at least 1"),
    (["--executor", "slurm"], "need --each"),
    (["--each", "scan=a", "--output", "o", "--shard", "3/2"], "The value '3/2' is invalid"),
    (["--each", "scan=a", "--output", "o", "--detach"], "need --executor slurm"),
    (["--each", "scan=a", "--output", "o", "--provenance", "x"], "leave it out with --each"),
  ]

  @Test("wrong usage is reported, with exit code 64", arguments: mistakes)
  func mistake(words: [String], message: String) throws {
    let outcome = try place.run("grisea", ["run", "p.pipeline"] + words)
    #expect(outcome.status == 64)
    #expect(outcome.error.joined(separator: " ").contains(message), "\(outcome.error)")
  }

  static let refusals: [([String], String)] = [
    (["--each", "scan=no/*.nii", "--output", "o"], "no/*.nii: no file found"),
    (
      ["--each", "other=data/*_T1w.nii", "--output", "o"],
      "p.pipeline: does not use ${other}, which --each gives"
    ),
    (
      ["--each", "scan=data/sub-2_T1w.nii", "--each", "scan=more/*", "--output", "o"],
      "data/sub-2_T1w.nii and more/sub-2_T1w.nii: their results would have the same name"
    ),
    (
      ["--each", "scan=\u{e9}_T1w.nii", "--each", "scan=e\u{301}_T1w.nii", "--output", "o"],
      "\u{e9}_T1w.nii and e\u{301}_T1w.nii: their results would have the same name"
    ),
  ]

  @Test(
    "a file that the runs of two items would write is refused before anything runs",
    arguments: ["", "--dry-run"])
  func sameOutput(option: String) throws {
    try place.write(
      "grisea evaluate --prediction \"${scan}\" --reference truth --output \"${output}/scores.tsv\"\n",
      to: "same.pipeline")
    let outcome = try place.grisea("run same.pipeline --each scan=data/*_T1w.nii --output o \(option)")
    #expect(outcome.status == 1)
    #expect(
      outcome.error.first?.hasPrefix(
        "\(Self.scans[3]) and \(Self.scans[0]): the pipeline writes o/scores.tsv for both") == true,
      "\(outcome.error)")
    #expect(!place.exists("o"))
  }

  @Test("what cannot be run for each is refused before anything runs", arguments: refusals)
  func refusal(words: [String], message: String) throws {
    try place.write(SyntheticHead(), to: "more/sub-2_T1w.nii")
    let outcome = try place.run(
      "grisea", ["run", "p.pipeline", "--set", "model=model.safetensors"] + words)
    #expect(outcome.status == 1)
    #expect(outcome.error.first?.hasPrefix(message) == true, "\(outcome.error)")
    #expect(!place.exists("o/status.tsv"))
  }
}
