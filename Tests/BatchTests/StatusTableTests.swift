import Batch
import Foundation
import TestSupport
import Testing

@Suite("StatusTable")
struct StatusTableTests {
  private let place: Workplace
  private let table: StatusTable

  init() throws {
    place = try Workplace()
    table = StatusTable(folder: place.path)
  }

  private func row(_ subject: String, _ state: StatusRow.State = .done, stage: String = "segment")
    -> StatusRow
  {
    StatusRow(
      subject: subject, stage: stage, state: state, reason: "why", seconds: 1.5, peakMegabytes: 600,
      version: "0.1.0")
  }

  private func task(_ name: String, _ plan: Batch.Subject.Plan = .runs(.neverRan)) -> Batch.Subject {
    var subject = Batch.Subject(name: name, path: name + ".nii")
    subject.plan = plan
    return subject
  }

  @Test("rows come back as they were written, and as lines of seven cells")
  func rows() throws {
    try table.begin([], stage: "segment", version: "0.1.0")
    for name in ["sub-1", "ö ä"] { try table.append(row(name)) }
    #expect(try table.rows() == [row("sub-1"), row("ö ä")])
    let lines = try place.text("status.tsv").split(separator: "\n")
    #expect(lines[0] == "subject\tstage\tstate\treason\tseconds\tpeak_mb\tversion")
    #expect(lines[1] == "sub-1\tsegment\tdone\twhy\t1.50\t600\t0.1.0")
  }

  @Test("what would end a cell or a line becomes a blank")
  func blanks() throws {
    try table.begin([], stage: "segment", version: "0.1.0")
    var bad = row("sub-1", .failed)
    bad.reason = "a\tb\nc\r\nd"
    try table.append(bad)
    #expect(try table.rows().map(\.reason) == ["a b c d"])
  }

  @Test("a batch keeps the rows of others, drops those of what it does again, and adds what it skips at once")
  func begin() throws {
    try table.begin([], stage: "segment", version: "0.1.0")
    for name in ["a", "b", "c"] { try table.append(row(name)) }
    try table.append(row("a", stage: "preprocess"))
    try table.begin(
      [task("a"), task("b", .skips(reason: "unchanged"))], stage: "segment", version: "0.2.0")
    let found = try table.rows().map { "\($0.subject) \($0.stage) \($0.state.rawValue) \($0.version)" }
    #expect(found == ["c segment done 0.1.0", "a preprocess done 0.1.0", "b segment skipped 0.2.0"])
    let skipped = try #require(try table.rows().last)
    #expect(skipped.seconds == 1.5 && skipped.peakMegabytes == 600, "those of the work that made the results")
  }

  @Test("a last line that a crash cut short is passed over, and gone after the next batch has begun")
  func torn() throws {
    try table.begin([], stage: "segment", version: "0.1.0")
    try table.append(row("a"))
    let whole = try place.text("status.tsv")
    try place.write(whole + "b\tsegment\tdo", to: "status.tsv")
    #expect(try table.rows() == [row("a")])
    try table.begin([], stage: "segment", version: "0.1.0")
    #expect(try place.text("status.tsv") == whole)
  }

  @Test("a foreign table is refused and left alone", arguments: ["", "name\tage\nanna\t30\n"])
  func foreign(text: String) throws {
    try place.write(text, to: "status.tsv")
    #expect(throws: StatusTableError.self) { try table.begin([], stage: "segment", version: "0.1.0") }
    #expect(try place.text("status.tsv") == text)
  }

  @Test("rows of several writers at once are all there, each whole")
  func writers() throws {
    try table.begin([], stage: "segment", version: "0.1.0")
    let (table, path) = (table, place.path)
    DispatchQueue.concurrentPerform(iterations: 8) { writer in
      for number in 0..<50 {
        let row = StatusRow(
          subject: "\(writer)-\(number)", stage: "segment", state: .done, reason: "", version: "1")
        do { try (writer < 4 ? table : StatusTable(folder: path)).append(row) } catch { Issue.record(error) }
      }
    }
    #expect(try Set(table.rows().map(\.subject)).count == 400)
    #expect(try place.text("status.tsv").split(separator: "\n").count == 401)
  }
}
