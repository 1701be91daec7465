import Files
import Foundation
import PipelineRunner
import TestSupport
import Testing

struct PipelineRunnerTests {
  static let chain = """
    grisea copy "${w}/in" "${w}/out/a"
    grisea copy "${w}/out/a" "${w}/out/b"
    grisea row "${w}/out/table" one
    grisea row "${w}/out/table" two
    grisea join "${w}/out/all" "${w}/out/[ab]"
    """

  /// A place in which the chain has run once.
  static func ran(_ text: String = chain) throws -> FakeStages {
    let fake = try FakeStages()
    try fake.place.write("scan", to: "in")
    try fake.place.write("", to: "out/.keep")
    #expect(try fake.run(text).summary.exitStatus == 0)
    return fake
  }

  @Test("a run writes what the shell writes, and one record", arguments: ["scan", "a b", "*", "$x '\"\\"])
  func asShell(value: String) throws {
    let text =
      Self.chain + "\ngrisea copy \"${w}\"/in '\(value.replacing("'", with: "'\\''"))'\\\n\"${x}\"\n"
      + "grisea show x \"${w}/out/x\""
    var results: [[String: String]] = []
    for isShell in [true, false] {
      let fake = try FakeStages()
      let place = fake.place
      try place.write("scan\n", to: "in")
      try place.write("", to: "out/.keep")
      // The odd name lies in the temporary folder by its variable's value.
      let lines = text.replacing("in '", with: "in \"${w}/out/\"'")
      if isShell {
        try place.write(lines, to: "bin/file")
        let result = try ExternalProgram.execute(
          "/bin/sh", ["-eu", place("bin/file")],
          environment: ["PATH": place("bin") + ":/usr/bin:/bin", "w": place.path, "x": value])
        #expect(result.status == 0, "\(result.output)")
        try place.remove("bin/file")
      } else {
        #expect(try fake.runner(lines, settings: ["x=" + value]).run().exitStatus == 0)
        try place.remove("out/fake.provenance.json")
      }
      results.append(try place.texts().mapValues { $0.replacing(place.path, with: "W") })
    }
    #expect(results[0].keys.sorted() == results[1].keys.sorted())
    #expect(results[0] == results[1])
    #expect(results[0]["out/x"] == value)
  }

  @Test("what is unchanged is not run again")
  func unchanged() throws {
    let fake = try Self.ran()
    let again = try fake.run(Self.chain)
    #expect(again.calls.isEmpty)
    #expect(again.summary.rows.map(\.outcome) == Array(repeating: .skipped, count: 5))
    #expect(try fake.reasons(Self.chain) == Array(repeating: .unchanged, count: 5))
  }

  @Test("a comment or a new place in the file is no change")
  func moved() throws {
    let fake = try Self.ran()
    #expect(try fake.run("# more\n\n" + Self.chain.replacing("row", with: "  row")).calls.isEmpty)
  }

  @Test("a changed input runs what depends on it, as far as the change reaches")
  func inputChanged() throws {
    let fake = try Self.ran()
    let w = fake.place.path
    try fake.place.write("other", to: "in")
    #expect(
      try fake.reasons(Self.chain) == [
        .runs(.inputChanged(w + "/in")), .mayRun(input: w + "/out/a"), .unchanged, .unchanged,
        .mayRun(input: w + "/out/[ab]"),
      ])
    #expect(try fake.run(Self.chain).calls.map { $0.prefix(4) } == ["copy", "copy", "join"])
    #expect(try fake.place.text("out/all") == "otherother")
  }

  @Test("an input that is written again with the same content is no change")
  func sameContent() throws {
    let fake = try Self.ran()
    try fake.place.remove("in")
    try fake.place.write("scan", to: "in")
    #expect(try fake.run(Self.chain).calls.isEmpty)
  }

  @Test("an input of the same size and modification time but other content is a change")
  func sameTimes() throws {
    let fake = try Self.ran()
    let old = try FileManager.default.attributesOfItem(atPath: fake.place("in"))
    try fake.place.write("nacs", to: "in")
    let date = try #require(old[.modificationDate])
    try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: fake.place("in"))
    #expect(try fake.reasons(Self.chain)[0] == .runs(.inputChanged(fake.place("in"))))
  }

  @Test("a missing or changed output is made again")
  func outputs() throws {
    let fake = try Self.ran()
    try fake.place.remove("out/b")
    try fake.place.write("edited", to: "out/all")
    let verdicts = try fake.reasons(Self.chain)
    #expect(verdicts[1] == .runs(.outputMissing(fake.place("out/b"))))
    #expect(try fake.run(Self.chain).calls.map { $0.prefix(4) } == ["copy", "join"])
    #expect(try fake.place.text("out/all") == "scanscan")
  }

  @Test("a shared table that is gone is made again by all that add to it")
  func sharedTable() throws {
    let fake = try Self.ran()
    try fake.place.remove("out/table")
    #expect(try fake.run(Self.chain).calls.count == 2)
    #expect(try fake.place.text("out/table") == "one\ntwo\n")
  }

  @Test("a shared table is completed although the run that began to make it again was stopped")
  func sharedTableInterrupted() throws {
    let fake = try Self.ran()
    try fake.place.remove("out/table")
    let stopped = Self.chain.replacing("table\" two", with: "table\" two\ngrisea fail 3 \"${w}/out/z\"")
    // The second adder comes after a stage that fails; the first has made the table by then.
    let lines = stopped.split(separator: "\n").map(String.init)
    let reordered = [lines[0], lines[1], lines[2], lines[4], lines[3], lines[5]].joined(separator: "\n")
    #expect(try fake.run(reordered).summary.exitStatus == 3)
    #expect(try fake.place.text("out/table") == "one\n")
    #expect(try fake.run(Self.chain).summary.exitStatus == 0)
    #expect(try fake.place.text("out/table") == "one\ntwo\n")
  }

  @Test("changed arguments and a new stage are distinguished")
  func arguments() throws {
    let fake = try Self.ran("grisea show a \"${w}/out/a\"")
    let text = "grisea show b \"${w}/out/a\"\ngrisea show b \"${w}/out/c\""
    #expect(try fake.reasons(text) == [.runs(.argumentsChanged), .runs(.neverRan)])
  }

  @Test("another version and another build of the program run everything")
  func program() throws {
    let fake = try Self.ran("grisea show a \"${w}/out/a\"")
    let text = "grisea show a \"${w}/out/a\""
    #expect(try fake.reasons(text, version: "1.1") == [.runs(.programChanged(from: "1.0", to: "1.1"))])
    try fake.place.writeProgram(FakeStages.script + "\n# built again\n", to: "bin/grisea")
    #expect(try fake.reasons(text) == [.runs(.programChanged(from: "1.0", to: "1.0"))])
  }

  @Test("a new file that a pattern matches is a change, and so is one that is gone")
  func pattern() throws {
    let text = "grisea join \"${w}/out/all\" \"${w}/*.txt\""
    let fake = try FakeStages()
    try fake.place.write("1", to: "1.txt")
    try fake.place.write("", to: "out/.keep")
    #expect(try fake.run(text).summary.exitStatus == 0)
    try fake.place.write("2", to: "2.txt")
    #expect(try fake.reasons(text) == [.runs(.inputAdded(fake.place("2.txt")))])
    #expect(try fake.run(text).calls.count == 1)
    try fake.place.remove("1.txt")
    #expect(try fake.reasons(text) == [.runs(.inputRemoved(fake.place("1.txt")))])
  }

  @Test("a companion of an input need not exist, and is a change when it appears, changes or is removed")
  func companion() throws {
    let text = "grisea pair \"${w}/in\" \"${w}/mat\" \"${w}/out/a\""
    let fake = try Self.ran(text)
    let companion = fake.place("mat")
    #expect(try fake.reasons(text) == [.unchanged])
    try fake.place.write("1", to: "mat")
    #expect(try fake.reasons(text) == [.runs(.inputAdded(companion))])
    #expect(try fake.run(text).calls.count == 1)
    #expect(try fake.run(text).calls.isEmpty)
    try fake.place.write("2", to: "mat")
    #expect(try fake.reasons(text) == [.runs(.inputChanged(companion))])
    #expect(try fake.run(text).calls.count == 1)
    #expect(try fake.place.text("out/a") == "scan2")
    try fake.place.remove("mat")
    #expect(try fake.reasons(text) == [.runs(.inputRemoved(companion))])
  }

  @Test("a companion that an earlier stage will write again may run its stage")
  func companionOfStage() throws {
    let text = """
      grisea copy "${w}/in" "${w}/out/mat"
      grisea pair "${w}/out/.keep" "${w}/out/mat" "${w}/out/a"
      """
    let fake = try Self.ran(text)
    #expect(try fake.reasons(text) == [.unchanged, .unchanged])
    try fake.place.write("other", to: "in")
    #expect(
      try fake.reasons(text) == [
        .runs(.inputChanged(fake.place("in"))), .mayRun(input: fake.place("out/mat")),
      ])
  }

  @Test("two inputs whose names differ only in their Unicode normalization are two inputs")
  func normalization() throws {
    let text = "grisea join \"${w}/out/all\" \"${w}/*.txt\""
    let fake = try FakeStages()
    for (number, name) in ["\u{e9}.txt", "e\u{301}.txt"].enumerated() {
      try fake.place.write("\(number)", to: name)
    }
    try fake.place.write("", to: "out/.keep")
    #expect(try fake.run(text).summary.exitStatus == 0)
    #expect(try fake.place.text("out/all").count == 2)
    #expect(try fake.reasons(text) == [.unchanged])
  }

  @Test("a stage that writes no files runs each time")
  func onlyPrints() throws {
    let fake = try FakeStages()
    #expect(try fake.runner("grisea say \"${w}\"").outlook() == [.runs(.onlyPrints)])
  }

  @Test("a run stops at the first failure with its exit status, and goes on there", arguments: [1, 3, 64])
  func failure(code: Int32) throws {
    let fake = try FakeStages()
    try fake.place.write("scan", to: "in")
    try fake.place.write("", to: "out/.keep")
    let text =
      "grisea copy \"${w}/in\" \"${w}/out/a\"\ngrisea fail \(code) \"${w}/out/f\"\ngrisea show a \"${w}/out/b\""
    let result = try fake.run(text)
    #expect(result.summary.exitStatus == code)
    #expect(result.summary.rows.map(\.outcome) == [.done, .failed(code), .notReached])
    #expect(try fake.reasons(text) == [.unchanged, .runs(.failed(status: code)), .runs(.neverRan)])
  }

  @Test(
    "a stage that a signal ends has the status that the shell gives it",
    arguments: [("KILL", 137), ("TERM", 143), ("INT", 130)])
  func signal(name: String, status: Int32) throws {
    let result = try FakeStages().run("grisea end \(name) \"${w}/f\"").summary.exitStatus
    #expect(result == status)
  }

  @Test("a stage that the record has as begun and not ended runs again")
  func interrupted() throws {
    let fake = try Self.ran("grisea show a \"${w}/out/a\"")
    let name = "out/fake.provenance.json"
    var record = try #require(try ProvenanceRecord.read(fake.place(name)))
    record.stages[0].exitStatus = nil
    try record.write(fake.place(name))
    #expect(try fake.reasons("grisea show a \"${w}/out/a\"") == [.runs(.interrupted)])
  }

  @Test("an output that was declared and not written is reported, and the stage runs again")
  func lazy() throws {
    let fake = try FakeStages()
    try fake.place.write("", to: "out/.keep")
    let text = "grisea lazy \"${w}/out/a\""
    let result = try fake.run(text)
    #expect(result.summary.exitStatus == 0)
    #expect(
      result.events.last?.description
        == "line 1: ended without error, but did not write \(fake.place("out/a"))")
    #expect(try fake.reasons(text) == [.runs(.outputMissing(fake.place("out/a")))])
  }

  @Test("runs with other variables keep what the record says of each other's outputs")
  func otherVariables() throws {
    let text = "grisea copy \"${w}/${s}\" \"${w}/out/${s}\""
    let fake = try FakeStages()
    for name in ["1", "2"] { try fake.place.write(name, to: name) }
    try fake.place.write("", to: "out/.keep")
    for name in ["1", "2"] { #expect(try fake.run(text, settings: ["s=" + name]).calls.count == 1) }
    for name in ["1", "2", "1"] { #expect(try fake.run(text, settings: ["s=" + name]).calls.isEmpty) }
  }

  @Test(
    "a record that is no record is a warning, and everything runs",
    arguments: ["", "{", "[]", "{\"format\": 9}"])
  func corruptRecord(text: String) throws {
    let fake = try Self.ran()
    try fake.place.write(text, to: "out/fake.provenance.json")
    let result = try fake.run(Self.chain)
    #expect(result.calls.count == 5)
    guard case .unreadableRecord = result.events.first else {
      Issue.record("no warning")
      return
    }
    #expect(try fake.run(Self.chain).calls.isEmpty)
  }

  @Test("the record holds the command, its folder, its inputs and its result")
  func record() throws {
    let fake = try Self.ran()
    let record = try #require(try ProvenanceRecord.read(fake.place("out/fake.provenance.json")))
    #expect(record.pipelineHash == ContentHash(of: Data(Self.chain.utf8)))
    #expect(record.variables == ["w": fake.place.path])
    #expect(record.stages.map(\.line) == [1, 2, 3, 4, 5])
    #expect(record.stages.allSatisfy { $0.isDone && $0.ended != nil && $0.program.version == "1.0" })
    #expect(record.stages[0].inputs.map(\.hash) == [ContentHash(of: Data("scan".utf8))])
    #expect(record.stages[4].inputs.map(\.path) == [fake.place("out/a"), fake.place("out/b")])
    #expect(record.stages[4].outputs.map(\.hash) == [ContentHash(of: Data("scanscan".utf8))])
    #expect(record.stages[0].machine.processorCount == ProcessInfo.processInfo.activeProcessorCount)
  }

  @Test("a dry run writes nothing")
  func dryRun() throws {
    let fake = try FakeStages()
    try fake.place.write("scan", to: "in")
    try fake.place.write("", to: "out/.keep")
    let before = try fake.place.texts()
    #expect(try fake.reasons(Self.chain)[1] == .runs(.neverRan))
    #expect(try fake.place.texts() == before)
  }
}
