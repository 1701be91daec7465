import Numerics
import Statistics
import TestSupport
import Testing

@Suite("Stratified folds")
struct StratifiedFoldsTests {
  private func cohort(
    rare: Int, of count: Int = 40, seed: UInt64 = 1
  ) throws -> AssociationInput {
    var generator = SeededGenerator(seed: seed)
    func normal() -> Double { Double(NormalDistribution.standard.next(using: &generator)) }
    let rows = (0..<count).map { ["sub-\(100 + $0)", "\(normal())", "\(normal())", "\(normal())"] }
    let people = rows.enumerated().map { [$1[0], $0 < rare ? "F" : "M"] }
    return try AssociationInput(
      features: DataTable(
        text: Table.text([["subject", "f0", "f1", "f2"]] + rows), path: "f.tsv"),
      participants: [
        ParticipantTable(text: Table.text([["participant_id", "sex"]] + people), path: "p.tsv")
      ])
  }

  private func settings(folds: Int = 10, inner: Int = 5, permutations: Int = 19) -> Association.Settings {
    var settings = Association.Settings()
    (settings.validation.folds, settings.validation.innerFolds) = (folds, inner)
    settings.permutations = permutations
    return settings
  }

  @Test("each fold has as many of a class as any other, give or take one", arguments: [10, 13, 20])
  func stratified(rare: Int) {
    let classes = (0..<40).map { $0 < rare ? 1.0 : 0 }
    let folds = CrossValidation().split(groups: Array(0..<40), into: 10, stream: 0, classes: classes)
    #expect(folds.flatMap { $0 }.sorted() == Array(0..<40))
    for counts in [folds.map { $0.count { classes[$0] == 1 } }, folds.map(\.count)] {
      #expect((counts.max() ?? 0) - (counts.min() ?? 0) <= 1, "\(counts)")
    }
  }

  @Test("groups whose rows are of both classes leave both in every training part")
  func mixedGroups() {
    // Four groups of both classes, and two of each.
    let groups = [0, 0, 1, 1, 2, 2, 3, 3, 4, 5, 6, 7]
    let classes = [0.0, 1, 0, 1, 0, 1, 0, 1, 0, 0, 1, 1]
    for seed in 0..<50 {
      var validation = CrossValidation()
      validation.seed = UInt64(seed)
      for testing in validation.split(groups: groups, into: 2, stream: 0, classes: classes) {
        let left = Set(groups.indices.filter { !testing.contains($0) }.map { classes[$0] })
        #expect(left.count == 2)
      }
    }
  }

  @Test(
    "a class with fewer members than folds is an error that says what would do",
    arguments: [
      (
        3,
        "3 participants or groups are of class F; needed at least 10 of each class for 10 folds with 5 inner folds; choose --folds 3 --inner-folds 2"
      ),
      (
        7,
        "7 participants or groups are of class F; needed at least 10 of each class for 10 folds with 5 inner folds; choose --folds 7 --inner-folds 5"
      ),
      (
        2,
        "2 participants or groups are of class F; needed at least 10 of each class for 10 folds with 5 inner folds. Add participants of this class"
      ),
    ])
  func tooFew(rare: Int, message: String) throws {
    let input = try cohort(rare: rare)
    let error = #expect(throws: AssociationError.self) {
      try Association(input, settings: settings(), threads: 1).run(targets: ["sex"])
    }
    #expect("\(try #require(error))".hasPrefix("column sex: " + message), "\(String(describing: error))")
  }

  @Test("with the folds that the error names every model predicts", arguments: PredictionModel.allCases)
  func possible(model: PredictionModel) throws {
    var settings = settings(folds: 3, inner: 2, permutations: model == .mlp ? 2 : 39)
    settings.model = model
    let report = try Association(try cohort(rare: 3), settings: settings, threads: 2).run(targets: ["sex"])
    #expect(try #require(report.results[0].scores[0].value).isFinite)
  }

  @Test(
    "a feature that varies in one subject alone, and so in few training parts, does not end the run",
    arguments: PredictionModel.allCases.flatMap { model in
      // Logistic regression predicts classes alone.
      (model == .logistic ? [true] : [false, true]).map { (model, $0) }
    })
  func rareFeature(model: PredictionModel, isBinary: Bool) throws {
    var generator = SeededGenerator(seed: 2)
    let rows = (0..<40).map { number in
      ["sub-\(100 + number)", "\(Double.random(in: 0...1, using: &generator))", number == 0 ? "1" : "0"]
    }
    let people = rows.enumerated().map { number, row in
      [row[0], isBinary ? "\(number % 2)" : "\(Double.random(in: 0...1, using: &generator))"]
    }
    let input = try AssociationInput(
      features: DataTable(text: Table.text([["subject", "f0", "f1"]] + rows), path: "f.tsv"),
      participants: [
        ParticipantTable(text: Table.text([["participant_id", "age"]] + people), path: "p.tsv")
      ])
    var settings = settings(permutations: 2)
    settings.model = model
    let report = try Association(input, settings: settings, threads: 2).run(targets: ["age"])
    #expect(report.results[0].scores[0].value != nil)
  }

  @Test("a target of numbers of which nearly all are alike does not end the run")
  func nearlyConstant() throws {
    let rows = (0..<40).map { ["sub-\(100 + $0)", "\($0 * $0 % 17)", "\($0 % 5)"] }
    let people = rows.enumerated().map { [$1[0], $0 == 7 ? "1" : $0 == 8 ? "2" : "0"] }
    let input = try AssociationInput(
      features: DataTable(text: Table.text([["subject", "f0", "f1"]] + rows), path: "f.tsv"),
      participants: [
        ParticipantTable(text: Table.text([["participant_id", "score"]] + people), path: "p.tsv")
      ])
    for model in [PredictionModel.ridge, .pls, .mlp] {
      var settings = settings(permutations: 2)
      settings.model = model
      let report = try Association(input, settings: settings, threads: 2).run(targets: ["score"])
      #expect(report.results[0].scores[2].value != nil)
    }
  }

  @Test("the warning about few groups goes by the folds that were asked for")
  func sampleSize() throws {
    func warnings(_ folds: Int) throws -> [String] {
      let input = try cohort(rare: 12, of: 24)
      return try Association(input, settings: settings(folds: folds, permutations: 0), threads: 1)
        .run(targets: ["sex"]).results[0].warnings
    }
    // Twelve of each class allow at most twelve folds: two groups in each.
    #expect(try !warnings(12).contains { $0.contains("24 groups") })
    #expect(try numberWarnings(13).contains { $0.hasPrefix("with 24 groups in 13 folds") })
    #expect(try !numberWarnings(5).contains { $0.contains("24 groups") })
  }

  private func numberWarnings(_ folds: Int) throws -> [String] {
    let tables = try SyntheticCohort(subjects: 24, features: 3, seed: 1).tables()
    let input = AssociationInput(features: tables.features, participants: [tables.participants])
    return try Association(input, settings: settings(folds: folds, permutations: 0), threads: 1)
      .run(targets: ["score"]).results[0].warnings
  }

  @Test("perceptrons are compiled once for each shape and thread, and not for each permutation")
  func compiledOnce() throws {
    let cohort = SyntheticCohort(subjects: 40, features: 4, seed: 3)
    let networks = PerceptronNetworks()
    var validation = CrossValidation()
    (validation.folds, validation.innerFolds) = (4, 3)
    let folds = try CrossValidationFolds(
      cohort.matrix, covariates: Matrix(rows: 40, columns: 0), groups: Array(0..<40), validation,
      networks: networks)
    let first = try folds.predictions(of: cohort.score, isBinary: false, .mlp)
    // 30 teach and 10 are predicted outside, 20 and 10 inside.
    #expect(networks.compiledCount == 2)
    #expect(try folds.predictions(of: cohort.score, isBinary: false, .mlp) == first)
    _ = try folds.predictions(of: cohort.isPatient, isBinary: true, .mlp)
    #expect(networks.compiledCount == 2)
  }
}
