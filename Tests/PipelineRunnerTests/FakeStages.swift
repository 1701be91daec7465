import Files
import Foundation
import PipelineRunner
import TestSupport

/// A program with stages of its own, as a shell script: the runner must serve any.
struct FakeStages {
  let place: Workplace

  /// `copy IN OUT`, `pair IN COMPANION OUT`, `join OUT PATTERN`, `row TABLE KEY` (adds a line), `show NAME OUT` (a variable), `say TEXT`,
  /// `fail CODE OUT`, `end SIGNAL OUT`, `lazy OUT` (writes nothing). Each call leaves a line in the log.
  static let script = """
    #!/bin/sh
    echo "$*" >> "${0%/*}/log"
    case "$1" in
      copy) cat "$2" > "$3" ;;
      pair) cat "$2" "$3" > "$4" 2> /dev/null || true ;;
      join) cat $3 > "$2" ;;
      row) grep -qx "$3" "$2" 2>/dev/null || echo "$3" >> "$2" ;;
      show) eval "printf '%s' \\"\\${$2-unset}\\"" > "$3" ;;
      say) echo "$2" ;;
      fail) exit "$2" ;;
      end) kill -s "$2" $$ ;;
      lazy) ;;
    esac
    """

  init() throws {
    place = try Workplace()
    try place.writeProgram(Self.script, to: "bin/grisea")
  }

  var program: Program { Program(executable: place("bin/grisea"), version: "1.0") }

  struct UnknownStage: Error, CustomStringConvertible { let description: String }

  static func declare(_ stage: Pipeline.Stage) throws -> StageDeclaration {
    let words = stage.arguments
    switch words.first {
    case "copy": return StageDeclaration(inputs: [words[1]], outputs: [words[2]])
    case "pair":
      return StageDeclaration(inputs: [words[1]], companions: [words[2]], outputs: [words[3]])
    case "join": return StageDeclaration(inputPatterns: [words[2]], outputs: [words[1]])
    case "row": return StageDeclaration(updates: [words[1]])
    case "show", "fail", "end": return StageDeclaration(outputs: [words[2]])
    case "lazy": return StageDeclaration(outputs: [words[1]])
    case "say": return StageDeclaration()
    default: throw UnknownStage(description: "Unknown stage '\(words.first ?? "")'")
    }
  }

  func runner(
    _ text: String, settings: [String] = [], version: String = "1.0"
  ) throws -> PipelineRunner {
    let variables = try PipelineVariables(
      settings: ["w=" + place.path] + settings, environment: ["PATH": "/usr/bin:/bin"])
    let pipeline = try Pipeline(text, path: "fake.pipeline", variables: variables)
    return try PipelineRunner(
      pipeline, program: Program(executable: place("bin/grisea"), version: version), declare: Self.declare)
  }

  /// Runs the text; the result has the first word of each call since the last time, and the summary.
  func run(
    _ text: String, settings: [String] = [], version: String = "1.0"
  ) throws -> (calls: [String], summary: RunSummary, events: [RunEvent]) {
    var events: [RunEvent] = []
    let summary = try runner(text, settings: settings, version: version).run { events.append($0) }
    let log = place.exists("bin/log") ? try place.text("bin/log") : ""
    if place.exists("bin/log") { try place.remove("bin/log") }
    return (log.split(separator: "\n").map(String.init), summary, events)
  }

  func reasons(_ text: String, settings: [String] = [], version: String = "1.0") throws -> [StageVerdict] {
    try runner(text, settings: settings, version: version).outlook()
  }
}
