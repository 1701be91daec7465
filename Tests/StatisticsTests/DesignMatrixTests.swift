import Statistics
import TestSupport
import Testing

@Suite("DesignMatrix")
struct DesignMatrixTests {
  /// Twelve participants; the sixth has no age, the seventh no volume.
  private static let people = """
    participant_id\tage\tsex\tsite
    sub-01\t21\tf\ta
    sub-02\t35\tm\tb
    sub-03\t28\tf\tc
    sub-04\t44\tm\ta
    sub-05\t52\tf\tb
    sub-06\tn/a\tm\tc
    sub-07\t61\tf\ta
    sub-08\t33\tm\tb
    sub-09\t47\tf\tc
    sub-10\t26\tm\ta
    sub-11\t58\tf\tb
    sub-12\t39\tm\tc
    """
  private static let volumes = """
    participant_id\tICV_ml
    sub-12\t1700
    sub-01\t1400
    sub-02\t1650
    sub-03\t1380
    sub-04\t1600
    sub-05\t1450
    sub-06\t1550
    sub-08\t1500
    sub-09\t1350
    sub-10\t1580
    sub-11\t1420
    """
  private let names = (1...12).map { $0 < 10 ? "sub-0\($0)" : "sub-\($0)" }

  private func tables() throws -> [ParticipantTable] {
    [
      try ParticipantTable(text: Self.people, path: "participants.tsv"),
      try ParticipantTable(text: Self.volumes, path: "volumes.tsv"),
    ]
  }

  @Test("numbers and the groups of words are centered, and who lacks a value is left out and named")
  func columns() throws {
    let design = try DesignMatrix(
      participants: names, tables: try tables(), tested: "age", covariates: ["sex", "ICV_ml"])
    #expect(design.columns.map(\.name) == ["intercept", "age", "sex[m]", "ICV_ml"])
    #expect(design.participants.count == 10 && design.degreesOfFreedom == 6)
    #expect(design.maps == [0, 1, 2, 3, 4, 7, 8, 9, 10, 11])
    #expect(abs(design.columns[1].values.reduce(0, +)) < 1e-12)
    // 21 less the mean of the ten known ages, 38.3.
    #expect(abs(design.columns[1].values[0] + 17.3) < 1e-12)
    #expect(design.columns[2].values == [-0.5, 0.5, -0.5, 0.5, -0.5, 0.5, -0.5, 0.5, -0.5, 0.5])
    #expect(design.warnings.contains(.missing(column: "age", participants: ["sub-06"])))
    #expect(design.warnings.contains(.missing(column: "ICV_ml", participants: ["sub-07"])))
    #expect(design.warnings.contains(.fewParticipants(count: 10, degreesOfFreedom: 6)))
  }

  @Test("variance inflation is 1 / (1 − R²) by NumPy", .needs(.sciPy))
  func inflation() throws {
    let design = try DesignMatrix(
      participants: names, tables: try tables(), tested: "age", covariates: ["sex", "ICV_ml", "site"])
    let script = """
      M = np.array(\(design.columns.map(\.values))).T
      for j in range(1, M.shape[1]):
          rest = np.delete(M, j, 1)
          residual = M[:, j] - rest @ np.linalg.lstsq(rest, M[:, j], rcond=None)[0]
          print(((M[:, j] - M[:, j].mean()) ** 2).sum() / (residual ** 2).sum())
      """
    let expected = try Python.numbers(script)
    let found = design.columns.dropFirst().compactMap(\.varianceInflation)
    try #require(found.count == expected.count && found.count == 5)
    for (found, expected) in zip(found, expected) { #expect(abs(found - expected) < 1e-9 * expected) }
  }

  @Test("an interaction brings its main effects as covariates, and is tested alone")
  func interaction() throws {
    let design = try DesignMatrix(participants: names, tables: try tables(), tested: "age*sex")
    #expect(design.columns.map(\.name) == ["intercept", "age:sex[m]", "age", "sex[m]"])
    #expect(design.contrast.weights == [[0, 1, 0, 0]])
    #expect(
      zip(design.columns[1].values, zip(design.columns[2].values, design.columns[3].values)).allSatisfy {
        $0 == $1.0 * $1.1
      })
  }

  @Test("the intercept is the mean of all participants, whatever is adjusted for")
  func sampleMean() throws {
    // Ten women at -0.02 and thirty men at 0.03.
    let names = (1...40).map { "sub-\($0)" }
    let rows = names.enumerated().map { "\($1)\t\($0 < 10 ? "f" : "m")\t\($0 * 7 % 11)" }
    let table = try ParticipantTable(
      text: "participant_id\tsex\tscore\n" + rows.joined(separator: "\n"), path: "t.tsv")
    let design = try DesignMatrix(
      participants: names, tables: [table], tested: "intercept", covariates: ["sex", "score"])
    let maps = names.indices.map { [Float($0 < 10 ? -0.02 : 0.03) + Float($0 % 2) * 1e-3 - 5e-4] }
    let fit = try VoxelwiseModel(design: design).fit(maps)
    #expect(abs(fit.effect[0] - 0.0175) < 1e-5)
  }

  @Test("a word among numbers is refused, and named")
  func mixed() throws {
    let text =
      "participant_id\tage\n"
      + names.enumerated().map { "\($1)\t\($0 == 3 ? "89+" : "\(60 + $0)")" }.joined(separator: "\n")
    let table = try ParticipantTable(text: text, path: "t.tsv")
    #expect(throws: StatisticsError.mixedColumn(name: "age", words: ["89+"])) {
      try DesignMatrix(participants: names, tables: [table], tested: "age")
    }
  }

  @Test("small groups are counted by their words, the group of reference too")
  func smallGroups() throws {
    let text =
      "participant_id\tage\tgroup\n"
      + names.enumerated().map { "\($1)\t\(20 + $0 * $0)\t\($0 < 2 ? "a" : $0 % 2 == 0 ? "b" : "c")" }
      .joined(separator: "\n")
    let table = try ParticipantTable(text: text, path: "t.tsv")
    func groups(_ tested: String) throws -> [DesignWarning] {
      try DesignMatrix(participants: names, tables: [table], tested: tested).warnings.filter {
        if case .smallGroup = $0 { true } else { false }
      }
    }
    #expect(try groups("group") == [.smallGroup(column: "group", group: "a", count: 2)])
    #expect(try groups("age*group") == [.smallGroup(column: "group", group: "a", count: 2)])
    #expect(try groups("age").isEmpty)
  }

  @Test("three words are tested together, by F")
  func levels() throws {
    let design = try DesignMatrix(participants: names, tables: try tables(), tested: "site")
    #expect(design.columns.map(\.name) == ["intercept", "site[b]", "site[c]"])
    #expect(design.contrast.weights == [[0, 1, 0], [0, 0, 1]] && !design.contrast.isT)
  }

  @Test("head size that goes with the tested variable is reported with its correlation")
  func headSize() throws {
    let design = try DesignMatrix(
      participants: names, tables: try tables(), tested: "sex", covariates: ["ICV_ml"])
    let correlations = design.warnings.compactMap { warning -> Double? in
      if case .headSize(_, _, let r) = warning { r } else { nil }
    }
    #expect(try #require(correlations.first) > 0.8)
  }

  @Test("a column that depends on the others is left out, and cannot be tested")
  func dependent() throws {
    let text =
      "participant_id\tgroup\tsite\n"
      + names.enumerated().map {
        "\($1)\t\($0 % 2 == 0 ? "x" : "y")\t\($0 % 2 == 0 ? "here" : "there")"
      }.joined(separator: "\n")
    let table = try ParticipantTable(text: text, path: "t.tsv")
    #expect(throws: StatisticsError.notEstimable(contrast: "group")) {
      try DesignMatrix(participants: names, tables: [table], tested: "group", covariates: ["site"])
    }
  }

  @Test("what is no design is refused with a reason")
  func refused() throws {
    let tables = try tables()
    #expect(throws: StatisticsError.noColumn(name: "iq", found: ["age", "sex", "site", "ICV_ml"])) {
      try DesignMatrix(participants: names, tables: tables, tested: "iq")
    }
    #expect(throws: StatisticsError.badTerm(term: "age*")) {
      try DesignMatrix(participants: names, tables: tables, tested: "age*")
    }
    #expect(throws: StatisticsError.repeatedParticipant(path: "t", participant: "sub-1")) {
      try ParticipantTable(text: "participant_id\ta\nsub-1\t1\nsub-1\t2", path: "t")
    }
    #expect(throws: StatisticsError.ragged(path: "t", line: 2, found: 1, needed: 2)) {
      try ParticipantTable(text: "participant_id\ta\nsub-1", path: "t")
    }
  }

  @Test("a scan has the values of its session, and those of its participant where a table has no sessions")
  func sessions() throws {
    let people = try ParticipantTable(text: "participant_id\tsex\nsub-1\tf\nsub-2\tm", path: "p")
    let visits = try ParticipantTable(
      text: "participant_id\tsession_id\tage\nsub-1\tses-1\t30\nsub-1\t2\t32\nsub-2\tses-1\t40", path: "v")
    let volumes = try ParticipantTable(text: "scan\tICV_ml\nsub-1_ses-1\t1400\nsub-1_ses-2\t1410", path: "w")
    let scan = ParticipantTable.scan("d/sub-1/ses-2/anat/sub-1_ses-2_desc-modulated_probseg.nii.gz")
    #expect(scan == "sub-1_ses-2")
    #expect(people.cell(scan, "sex") == "f")
    #expect(visits.cell(scan, "age") == "32")
    #expect(volumes.cell(scan, "ICV_ml") == "1410")
    // Which of two visits is not known; of one there is no doubt.
    #expect(visits.cell("sub-1", "age") == nil)
    #expect(visits.cell("sub-2", "age") == "40")
    #expect(visits.cell("sub-2_ses-2", "age") == nil)
    #expect(throws: StatisticsError.repeatedParticipant(path: "v", participant: "sub-1_ses-1")) {
      try ParticipantTable(
        text: "participant_id\tsession_id\ta\nsub-1\tses-1\t1\nsub-1\t1\t2", path: "v")
    }
  }
}
