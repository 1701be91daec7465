import PipelineRunner
import Testing

struct PipelineVariablesTests {
  @Test("a setting comes before the environment")
  func precedence() throws {
    let variables = try PipelineVariables(settings: ["a=1=2", "c="], environment: ["a": "x", "b": "y"])
    #expect(variables["a"] == "1=2")
    #expect(variables["b"] == "y")
    #expect(variables["c"] == "")
    #expect(variables["d"] == nil)
  }

  @Test("text that is no setting is refused", arguments: ["", "a", "=b", "1a=b", "a-b=c", "é=1", " a=b"])
  func badSetting(text: String) {
    #expect(throws: PipelineError.badSetting(text)) {
      try PipelineVariables(settings: [text], environment: [:])
    }
  }

  @Test("a name given twice, and one that is the shell's own, are refused")
  func refusedNames() {
    #expect(throws: PipelineError.repeatedSetting("a")) {
      try PipelineVariables(settings: ["a=1", "a=1"], environment: [:])
    }
    #expect(throws: PipelineError.shellSetting("IFS")) {
      try PipelineVariables(settings: ["IFS=x"], environment: [:])
    }
  }

  @Test("a setting that the file does not use is an error that lists what it uses")
  func unusedSetting() throws {
    let variables = try PipelineVariables(settings: ["scna=x"], environment: ["scan": "y"])
    #expect(throws: PipelineError.unusedSetting(path: "p", name: "scna", known: ["scan"])) {
      try Pipeline("grisea \"${scan}\" '${scna}'", path: "p", variables: variables)
    }
  }
}
