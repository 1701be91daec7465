import Foundation
import Imaging
import Testing

@Suite("grisea inspect")
struct InspectTests {
  @Test("it prints geometry in plain words")
  func text() throws {
    let inputs = try BadInputs()
    defer { inputs.folder.remove() }
    let command = try Command.run(["inspect", BadInputs.good], in: inputs.folder.path)
    #expect(command.status == 0)
    #expect(command.errors.isEmpty)
    for fact in [BadInputs.good, "90×60×50", "int16", "LSA", "1×1.5×2 mm", "sform code 1"] {
      #expect(command.output.contains(fact))
    }
  }

  @Test("--json is one object per line")
  func json() throws {
    let inputs = try BadInputs()
    defer { inputs.folder.remove() }
    let command = try Command.run(["inspect", "--json", BadInputs.good, "plain.nii"], in: inputs.folder.path)
    let summaries = try command.outputLines.map {
      try JSONDecoder().decode(ScanSummary.self, from: Data($0.utf8))
    }
    #expect(summaries.map(\.path) == [BadInputs.good, "plain.nii"])
    #expect(summaries.map(\.datatype) == [.int16, .float32])
    #expect(summaries[0].shape == [90, 60, 50])
    #expect(summaries[0].maximum == 999)
  }

  @Test("each bad file is one line that names it, the good ones are done, and the exit code is 1")
  func batch() throws {
    let inputs = try BadInputs()
    defer { inputs.folder.remove() }
    let names = BadInputs.bad.map(\.name)
    let command = try Command.run(["inspect"] + names + [BadInputs.good], in: inputs.folder.path)
    #expect(command.status == 1)
    #expect(command.output.contains("90×60×50"))
    #expect(command.errorLines.count == names.count)
    for (line, bad) in zip(command.errorLines, BadInputs.bad) {
      #expect(line.hasPrefix("\(bad.name): \(bad.reason)"))
    }
  }

  @Test("no input is wrong usage")
  func usage() throws {
    #expect(try Command.run(["inspect"]).status == 64)
  }
}
