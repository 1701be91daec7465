import Batch
import Foundation
import TestSupport
import Testing

@Suite("Tables of a divided batch")
struct ShardTablesTests {
  private let place: Workplace

  init() throws { place = try Workplace() }

  private func row(_ subject: String, _ state: StatusRow.State, _ reason: String = "why") -> StatusRow {
    StatusRow(subject: subject, stage: "s", state: state, reason: reason, version: "1")
  }

  private func batch(
    _ shard: Shard?, _ plans: [(String, Batch.Subject.Plan)], failing: Set<String> = []
  ) throws {
    let subjects = plans.map { name, plan in
      var subject = Batch.Subject(name: name, path: name + ".nii")
      subject.plan = plan
      return subject
    }
    let batch = Batch(subjects, version: "1", status: StatusTable(folder: place.path, shard: shard))
    let stage = Stage<String, String>(
      name: "s", read: { subject, _ in subject.name }, work: { $0 },
      write: { _, name in
        if failing.contains(name) { throw CocoaError(.fileNoSuchFile) }
        return .init(lines: [])
      })
    _ = try batch.run(stage) { _ in }
  }

  private func states() throws -> [String] {
    try StatusTable(folder: place.path).rows().map { "\($0.subject) \($0.state.rawValue)" }.sorted()
  }

  @Test("joined, they are the table that the undivided batch would have left, and are gone")
  func join() throws {
    try batch(nil, [("a", .runs(.neverRan)), ("z", .runs(.neverRan))], failing: ["a"])
    try batch(Shard(index: 1, count: 2), [("a", .runs(.demanded)), ("c", .runs(.neverRan))])
    try batch(
      Shard(index: 2, count: 2), [("b", .runs(.neverRan)), ("d", .skips(reason: "unchanged"))],
      failing: ["b"])
    // The parts leave the folder's table alone.
    #expect(try states() == ["a failed", "z done"])
    let tables = ShardTables(output: place.path, joinResults: { _ in })
    #expect(try tables.rows().count == 4)
    try tables.join()
    #expect(try states() == ["a done", "b failed", "c done", "d skipped", "z done"])
    #expect(try tables.rows().isEmpty)
    try tables.join()
    #expect(try states().count == 5)
  }

  @Test("where the parts' folder cannot be read nothing is joined, and nothing removed")
  func unreadable() throws {
    // A file in the folder's place: root may read any folder.
    try place.write("rows", to: ".grisea/shards")
    #expect(throws: StatusTableError.self) {
      try ShardTables(output: place.path, joinResults: { _ in }).join()
    }
    #expect(try place.text(".grisea/shards") == "rows")
  }

  @Test("what an earlier attempt of a part has done stays done, though the next one finds it unchanged")
  func attempts() throws {
    let shard = Shard(index: 1, count: 2)
    try batch(shard, [("a", .runs(.neverRan)), ("b", .runs(.neverRan))], failing: ["b"])
    try batch(shard, [("a", .skips(reason: "unchanged")), ("b", .runs(.failed(status: 1)))])
    try ShardTables(output: place.path).join()
    #expect(try states() == ["a done", "b done"])
  }

  @Test("the later of two parts that both have a subject counts, as where the number of parts was changed")
  func latest() throws {
    try batch(Shard(index: 1, count: 2), [("a", .runs(.neverRan))], failing: ["a"])
    let old = place(".grisea/shards/1-of-2.status.tsv")
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: old)
    try batch(Shard(index: 1, count: 1), [("a", .runs(.neverRan))])
    try ShardTables(output: place.path, joinResults: { _ in }).join()
    #expect(try states() == ["a done"])
  }
}
