import Statistics
import Testing

@Suite("Tables of an association: rows, columns and groups")
struct AssociationInputTests {
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
      participants: [ParticipantTable(text: "participant_id\tage\n" + people, path: "people.tsv")],
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

  @Test("a participants' table with sessions gives each scan the value of its session")
  func sessionCovariate() throws {
    let people = (1...Self.count).map { "sub-\($0)\t\($0 * 7 % 19)" }.joined(separator: "\n")
    let volumes = Self.table("participant_id\tsession_id\tICV_ml") {
      "\($0)\tses-\($1)\t\(Self.value($0, $1))"
    }
    let input = try AssociationInput(
      features: DataTable(text: Self.features, path: "features.tsv"),
      participants: [
        ParticipantTable(text: "participant_id\tage\n" + people, path: "p.tsv"),
        ParticipantTable(text: volumes, path: "group_volumes.tsv"),
      ], covariates: ["ICV_ml"])
    let covariates = try input.sample(of: "age", kind: nil).covariates
    let expected = (1...Self.count).flatMap { [Double($0), Double($0 + 1000)] }
    #expect(covariates.column(0) == expected)
  }

  @Test("the target, the covariates and the group are no features, and the result says so")
  func leak() throws {
    let rows = (1...Self.count).map { "sub-\($0)\t\($0 * 5 % 7)\t\($0)\t\($0 * 3 % 11)" }
    let table = "participant_id\tz1\tage\tsize\n" + rows.joined(separator: "\n")
    let input = try AssociationInput(
      features: DataTable(text: table, path: "features.tsv"), participants: [],
      baselines: [("demographics", DataTable(text: table, path: "b.tsv"))], covariates: ["size"])
    let sample = try input.sample(of: "age", kind: nil)
    #expect(sample.features.map { $0.values.columns } == [1, 1])
    var settings = Association.Settings()
    settings.permutations = 19
    let report = try Association(input, settings: settings, threads: 1).run(targets: ["age"])
    #expect(report.results[0].warnings.contains { $0.hasSuffix("not used as features: age, size") })
  }

  @Test("a covariate is regressed out whatever its unit and its mean")
  func units() throws {
    // The feature and the target both follow the day of the scan.
    let days = (1...Self.count).map { Double($0 * 37 % 41) }
    func prediction(_ covariate: (Double) -> Double) throws -> [Double] {
      let rows = days.enumerated().map { "sub-\($0)\t\($1 + Double($0 * 7 % 5))" }
      let people = days.enumerated().map { "sub-\($0)\t\($1 + Double($0 * 3 % 7))\t\(covariate($1))" }
      let input = try AssociationInput(
        features: DataTable(text: "participant_id\tz1\n" + rows.joined(separator: "\n"), path: "f.tsv"),
        participants: [
          ParticipantTable(
            text: "participant_id\tscore\tday\n" + people.joined(separator: "\n"), path: "p.tsv")
        ], covariates: ["day"])
      var settings = Association.Settings()
      settings.permutations = 0
      return try Association(input, settings: settings, threads: 1).run(targets: ["score"]).results[0]
        .predictions.map(\.predicted)
    }
    let plain = try prediction { $0 }
    for other in [try prediction { 1.7e9 + 86_400 * $0 }, try prediction { 1e-6 * $0 }] {
      for (a, b) in zip(plain, other) { #expect(abs(a - b) < 1e-4) }
    }
  }

  @Test("a participant is never on both sides of a fold, whatever the group")
  func groups() throws {
    func groups(_ group: (Int, Int) -> String) throws -> [Int] {
      let table = Self.table("participant_id\tscan\tz1\tplace") {
        let number = Int($0.dropFirst(4)) ?? 0
        return "\($0)\t\($0)_ses-\($1)\t\(number * 5 % 7)\t\(group(number, $1))"
      }
      let people = (1...Self.count).map { "sub-\($0)\t\($0 * 7 % 19)" }.joined(separator: "\n")
      return try AssociationInput(
        features: DataTable(text: table, path: "f.tsv"),
        participants: [ParticipantTable(text: "participant_id\tage\n" + people, path: "p.tsv")],
        group: "place"
      ).sample(of: "age", kind: nil).groups
    }
    // Families of two, one of which shares a participant's second scan with another.
    let families = try groups { number, session in "f\((number == 3 && session == 2 ? 1 : number) / 2)" }
    for place in stride(from: 0, to: families.count, by: 2) {
      #expect(families[place] == families[place + 1])
    }
    #expect(Set(families).count == 12)
    #expect(
      throws: AssociationError.groupsShareParticipants(column: "place", groups: 25, found: 1, needed: 10)
    ) {
      // A chain of scanners through all participants.
      try groups { number, session in "s\(number + session)" }
    }
  }

  @Test("1 and 1.0 are one value")
  func values() throws {
    let people = (1...Self.count).map { "sub-\($0)\t\($0 % 3 == 0 ? "1.0" : $0 % 3 == 1 ? "1" : "2")" }
    let input = try AssociationInput(
      features: DataTable(text: Self.features, path: "features.tsv"),
      participants: [
        ParticipantTable(text: "participant_id\tgroup\n" + people.joined(separator: "\n"), path: "p.tsv")
      ])
    let sample = try input.sample(of: "group", kind: nil)
    #expect(sample.measure.kind == .binary && sample.target.count { $0 == 1 } == 16)
  }

  @Test("a word among the numbers of a covariate is refused")
  func mixed() throws {
    let people = (1...Self.count).map { "sub-\($0)\t\($0 * 7 % 19)\t\($0 == 5 ? "unknown" : "\($0)")" }
    let input = try AssociationInput(
      features: DataTable(text: Self.features, path: "features.tsv"),
      participants: [
        ParticipantTable(
          text: "participant_id\tage\teducation\n" + people.joined(separator: "\n"), path: "p.tsv")
      ], covariates: ["education"])
    #expect(throws: AssociationError.mixedColumn(column: "education", words: ["unknown"])) {
      try input.sample(of: "age", kind: nil)
    }
  }
}
