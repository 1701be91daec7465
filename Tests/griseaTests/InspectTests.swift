import Foundation
import TestSupport
import Testing

@Suite("grisea inspect")
struct InspectTests {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    try place.write(SyntheticHead(), to: "sub-01_T1w.nii")
    try place.write([0, 1], "plain.nii")
  }

  @Test("it prints geometry in plain words, and what is doubtful")
  func text() throws {
    let outcome = try place.grisea("inspect sub-01_T1w.nii")
    #expect(outcome.status == 0)
    #expect(outcome.error.isEmpty)
    #expect(outcome.output.first == "sub-01_T1w.nii")
    let text = outcome.output.joined(separator: "\n")
    for fact in ["32×30×28", "int16", "LAS", "2×2×2 mm", "sform code 4, qform code 1", "disagree"] {
      #expect(text.contains(fact), "\(fact) in\n\(text)")
    }
  }

  @Test("--json is one object per line")
  func json() throws {
    let outcome = try place.grisea("inspect --json sub-01_T1w.nii plain.nii")
    let summaries = try outcome.output.map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    #expect(summaries.map { $0["path"] as? String } == ["sub-01_T1w.nii", "plain.nii"])
    #expect(summaries.map { $0["datatype"] as? String } == ["int16", "uint8"])
    #expect(summaries[0]["shape"] as? [Int] == [32, 30, 28])
    // White matter is stored as 900 to 931, which slope ½ and intercept 10 turn into 460 to 475.5.
    #expect(summaries[0]["maximum"] as? Double == 475.5)
  }

  @Test("each bad file is one line that names it, the good ones are done, and the exit code is 1")
  func batch() throws {
    let bad = try place.writeBadScans()
    let outcome = try place.grisea("inspect \(bad.map(\.name).joined(separator: " ")) sub-01_T1w.nii")
    #expect(outcome.status == 1)
    #expect(outcome.output.first == "sub-01_T1w.nii")
    #expect(outcome.error.count == bad.count)
    for (line, bad) in zip(outcome.error, bad) { #expect(line.hasPrefix("\(bad.name): \(bad.reason)")) }
  }
}
