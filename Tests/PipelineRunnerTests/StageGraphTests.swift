import Files
import Foundation
import PipelineRunner
import Testing

struct StageGraphTests {
  /// A graph of lines `NAME read… > made… + updated…`, words of a declaration and not of a shell.
  static func graph(_ declarations: [StageDeclaration]) throws -> StageGraph {
    let text = declarations.indices.map { "grisea \($0)\n" }.joined()
    let pipeline = try Pipeline(text, path: "p", variables: try PipelineVariables(environment: [:]))
    return try StageGraph(pipeline) { stage in declarations[Int(stage.arguments[0]) ?? 0] }
  }

  static let errors: [([StageDeclaration], PipelineError)] = [
    (
      [.init(inputs: ["no/scan.nii"])], .missingInput(path: "p", line: 1, input: "no/scan.nii", maker: nil)
    ),
    (
      [.init(inputs: ["no/a"]), .init(), .init(outputs: ["no/a"])],
      .missingInput(path: "p", line: 1, input: "no/a", maker: 3)
    ),
    (
      [.init(outputs: ["no/a.txt"]), .init(inputPatterns: ["no/*.nii"])],
      .unmatchedPattern(path: "p", line: 2, pattern: "no/*.nii")
    ),
    (
      [.init(outputs: ["no/a"]), .init(outputs: ["./no//b/../a"])],
      .writtenTwice(path: "p", line: 2, output: "./no//b/../a", earlier: 1)
    ),
    ([.init(outputs: ["no/a", "no/a"])], .writtenTwice(path: "p", line: 1, output: "no/a", earlier: 1)),
    (
      [.init(temporaries: ["no/a"]), .init(outputs: ["no/a"])],
      .writtenTwice(path: "p", line: 2, output: "no/a", earlier: 1)
    ),
    (
      [.init(outputs: ["no/t"]), .init(updates: ["no/t"])],
      .updatedOutput(path: "p", line: 2, output: "no/t", other: 1)
    ),
    (
      [.init(updates: ["no/t"]), .init(outputs: ["no/t"])],
      .updatedOutput(path: "p", line: 2, output: "no/t", other: 1)
    ),
    (
      [.init(inputs: ["/etc/passwd"]), .init(outputs: ["/etc/passwd"])],
      .outputIsInput(path: "p", line: 2, output: "/etc/passwd", reader: 1)
    ),
    (
      [.init(companions: ["no/a"]), .init(outputs: ["no/a"])],
      .outputIsInput(path: "p", line: 2, output: "no/a", reader: 1)
    ),
    (
      [.init(inputs: ["/etc"], outputs: ["/etc/x"])],
      .outputIsInput(path: "p", line: 1, output: "/etc/x", reader: 1)
    ),
    (
      [.init(inputPatterns: ["/etc/pass*"]), .init(outputs: ["/etc/passage"])],
      .outputIsInput(path: "p", line: 2, output: "/etc/passage", reader: 1)
    ),
  ]

  @Test("stages that do not fit together are an error before any runs", arguments: errors)
  func misfit(declarations: [StageDeclaration], error: PipelineError) {
    #expect(throws: error) { try Self.graph(declarations) }
  }

  @Test(
    "an input made by an earlier stage need not exist, by name, by folder or by pattern",
    arguments: [
      StageDeclaration(inputs: ["./no/a.nii"]), .init(inputs: ["no"]), .init(inputPatterns: ["no/*.nii"]),
      .init(inputs: ["no/table"]),
    ])
  func madeEarlier(reader: StageDeclaration) throws {
    let writer = StageDeclaration(outputs: ["no/a.nii"], updates: ["no/table"])
    #expect(try Self.graph([writer, reader]).nodes.count == 2)
  }

  @Test("a companion need not exist, and may be written by an earlier stage")
  func companion() throws {
    let reader = StageDeclaration(companions: ["no/a.mat"])
    #expect(try Self.graph([reader]).nodes.count == 1)
    #expect(try Self.graph([.init(outputs: ["no/a.mat"]), reader]).nodes.count == 2)
  }

  @Test("several stages may add to one table")
  func sharedTable() throws {
    let row = StageDeclaration(updates: ["no/table"])
    #expect(try Self.graph([row, row]).nodes.count == 2)
  }

  @Test("a line that the command's parser refuses is an error with file and line")
  func refusedLine() throws {
    struct Refusal: Error, CustomStringConvertible { let description = "Unknown option '--x'" }
    let pipeline = try Pipeline(
      "# a\ngrisea segment --x", path: "a.pipeline", variables: try PipelineVariables(environment: [:]))
    let error = #expect(throws: PipelineError.self) { try StageGraph(pipeline) { _ in throw Refusal() } }
    #expect(error?.description == "a.pipeline:2: Unknown option '--x'")
    #expect(error?.isUsage == true)
  }

  @Test(
    "the common folder is the deepest that holds all outputs",
    arguments: [
      (["w/a/x", "w/a/y"], "w/a"), (["w/a/x", "w/b/y"], "w"), (["a", "w/b"], "."), ([], "."),
      (["/t/a/x", "/t/b"], "/t"), (["/a", "/t/b"], "/"), (["w/ab/x", "w/a/x"], "w"),
    ])
  func commonFolder(outputs: [String], folder: String) throws {
    #expect(try Self.graph([.init(outputs: outputs)]).commonFolder == folder)
  }
}
