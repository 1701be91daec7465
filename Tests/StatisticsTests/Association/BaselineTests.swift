import Statistics
import Testing

@Suite("Baselines of an association")
struct BaselineTests {
  private static let count = 24
  /// Two sessions of each of 24 participants, whose second value is 1000 more than the first.
  private static func table(_ head: String, _ row: (_ participant: String, _ session: Int) -> String)
    -> String
  {
    let rows = (1...count).flatMap { number in (1...2).map { row("sub-\(number)", $0) } }
    return ([head] + rows).joined(separator: "\n")
  }

  private static func value(_ participant: String, _ session: Int) -> Int {
    (Int(participant.dropFirst(4)) ?? 0) + 1000 * (session - 1)
  }

  private func baseline(_ features: String, _ baseline: String) throws -> [Double] {
    let people = (1...Self.count).map { "sub-\($0)\t\($0 * 7 % 19)" }.joined(separator: "\n")
    let input = try AssociationInput(
      features: DataTable(text: features, path: "features.tsv"),
      participants: [DataTable(text: "participant_id\tage\n" + people, path: "people.tsv")],
      baselines: [("volumes", DataTable(text: baseline, path: "volumes.tsv"))])
    let values = try input.sample(of: "age", kind: nil).features[1].values
    return (0..<values.rows).map { values[$0, 0] }
  }

  private static let features = table("participant_id\tscan\tx") {
    "\($0)\t\($0)_ses-\($1)\t\(value($0, $1))"
  }

  @Test("each session has the row of its own session")
  func sessions() throws {
    let expected = (1...Self.count).flatMap { [Double($0), Double($0 + 1000)] }
    let volumes = Self.table("participant_id\tsession_id\tscan\tGM_ml") {
      "\($0)\tses-\($1)\t\($0)_ses-\($1)_run-1\t\(Self.value($0, $1))"
    }
    #expect(try baseline(Self.features, volumes) == expected)
    let subjects = Self.table("subject\tGM_ml") { "\($0)_ses-\($1)\t\(Self.value($0, $1))" }
    #expect(try baseline(Self.features, subjects) == expected)
    let sessions = Self.table("participant_id\tsession_id\tGM_ml") {
      "\($0)\tses-\($1)\t\(Self.value($0, $1))"
    }
    #expect(try baseline(Self.features, sessions) == expected)
  }

  @Test("a row of the participant is used for all sessions, and one of several is not guessed")
  func participants() throws {
    let people = (1...Self.count).map { "sub-\($0)\t\($0)" }.joined(separator: "\n")
    let expected = (1...Self.count).flatMap { [Double($0), Double($0)] }
    #expect(try baseline(Self.features, "participant_id\tGM_ml\n" + people) == expected)
    let rows = Self.table("participant_id\tGM_ml") { "\($0)\t\(Self.value($0, $1))" }
    #expect(throws: AssociationError.severalBaselines(path: "volumes.tsv", row: "sub-1_ses-1", found: 2)) {
      try baseline(Self.features, rows)
    }
    let second = (1...Self.count).map { "sub-\($0)_ses-2\t\($0)" }.joined(separator: "\n")
    #expect(throws: AssociationError.noBaseline(path: "volumes.tsv", row: "sub-1_ses-1")) {
      try baseline(Self.features, "subject\tGM_ml\n" + second)
    }
  }

  @Test("a word among the numbers of a covariate is refused")
  func mixed() throws {
    let people = (1...Self.count).map { "sub-\($0)\t\($0 * 7 % 19)\t\($0 == 5 ? "unknown" : "\($0)")" }
    let input = try AssociationInput(
      features: DataTable(text: Self.features, path: "features.tsv"),
      participants: [
        DataTable(text: "participant_id\tage\teducation\n" + people.joined(separator: "\n"), path: "p.tsv")
      ], covariates: ["education"])
    #expect(throws: AssociationError.mixedColumn(column: "education", words: ["unknown"])) {
      try input.sample(of: "age", kind: nil)
    }
  }
}
