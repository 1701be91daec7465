import Numerics
import Statistics
import TestSupport
import Testing

@Suite("Association")
struct AssociationTests {
  private func settings(_ model: PredictionModel? = nil, permutations: Int = 99) -> Association.Settings {
    var settings = Association.Settings()
    settings.model = model
    settings.permutations = permutations
    return settings
  }

  private func run(
    _ cohort: SyntheticCohort, _ settings: Association.Settings, targets: [String], threads: Int = 2
  ) throws -> AssociationReport {
    let tables = try cohort.tables()
    let input = AssociationInput(features: tables.features, participants: [tables.participants])
    return try Association(input, settings: settings, threads: threads).run(targets: targets)
  }

  @Test(
    "a score that follows two features is found by each model, and so is a class",
    arguments: PredictionModel.allCases)
  func finds(model: PredictionModel) throws {
    let cohort = SyntheticCohort(subjects: 80, features: 6, noise: 0.4, seed: 3)
    let permutations = model == .mlp ? 19 : 99
    let target = model == .logistic ? "group" : "score"
    let report = try run(cohort, settings(model, permutations: permutations), targets: [target])
    let score = try #require(report.results.first?.scores.first)
    #expect(try #require(score.value) > (model == .logistic ? 0.8 : 0.7))
    // No permutation comes near: the least p that there can be.
    #expect(score.probability == 1 / Double(permutations + 1))
    let interval = try #require(score.interval)
    #expect(interval.low < score.value ?? 0 && interval.high > score.value ?? 0)
  }

  @Test("the pattern of a score lies on the features that it follows")
  func pattern() throws {
    let cohort = SyntheticCohort(subjects: 200, features: 6, noise: 0.2, seed: 4)
    let report = try run(cohort, settings(permutations: 0), targets: ["score"])
    let pattern = try #require(report.results.first?.pattern?.values)
    // The score is f0 + f1 / 2 with deviations 1 and 2: each half of its variance, so √½ of each deviation.
    #expect(abs(pattern[0] - 0.707) < 0.12 && abs(pattern[1] - 1.414) < 0.24)
    // √(1 / 200) of each feature's deviation is chance; four times that.
    for j in 2..<6 { #expect(abs(pattern[j]) < 0.28 * Double(j + 1)) }
  }

  /// The score is f0 + f1 / 2 and noise; a feature's deviation is its number from 1.
  @Test(
    "the slopes of a score are what it was made of, by every model and also where covariates are taken out",
    arguments: [PredictionModel.ridge, .pls, .mlp], [false, true])
  func slopes(model: PredictionModel, hasCovariate: Bool) throws {
    let cohort = SyntheticCohort(subjects: 200, features: 6, noise: 0.2, seed: 4)
    var features = cohort.matrix
    var covariates = Matrix(rows: 200, columns: hasCovariate ? 1 : 0)
    // What is added to all features by the covariate is taken away again, and no slope may know of it.
    for i in 0..<200 where hasCovariate {
      covariates[i, 0] = Double(i % 7)
      for j in 0..<6 { features[i, j] += 3 * covariates[i, 0] }
    }
    let folds = try CrossValidationFolds(
      features, covariates: covariates, groups: Array(0..<200), CrossValidation())
    let slopes = try folds.slopes(
      of: cohort.score, isBinary: false, model, features: features, covariates: covariates)
    // Shrinkage and noise, in the unit of a feature's deviation.
    let tolerance = model == .mlp ? 0.2 : 0.08
    for (j, expected) in [1, 0.5, 0, 0, 0, 0].enumerated() {
      #expect(abs(slopes[j] - expected) * Double(j + 1) < tolerance, "\(j): \(slopes)")
    }
  }

  @Test("permuted targets give uniform p", arguments: [PredictionModel.ridge, .logistic, .pls])
  func uniform(model: PredictionModel) throws {
    let repetitions = 200
    var counts = [Int](repeating: 0, count: 5)
    let cohort = SyntheticCohort(subjects: 40, features: 4, seed: 5)
    let target = model == .logistic ? cohort.isPatient : cohort.score
    let isBinary = model == .logistic
    let measure = AssociationMeasure.all(isBinary: isBinary)[0]
    let groups = Array(target.indices)
    var validation = CrossValidation()
    (validation.folds, validation.innerFolds) = (5, 3)
    let folds = try CrossValidationFolds(
      cohort.matrix, covariates: Matrix(rows: 40, columns: 0), groups: groups, validation)
    let values = ParallelLoop.map(Array(0..<repetitions), threads: 2) { repetition in
      Result {
        let exchanged = PermutationTest(target: target, groups: groups, seed: 77).permuted(repetition)
        let test = PermutationTest(target: exchanged, groups: groups, seed: UInt64(1000 + repetition))
        func value(_ target: [Double]) throws -> Double {
          let predictions = try folds.predictions(of: target, isBinary: isBinary, model)
          return measure.value(of: predictions, target: target) ?? 0
        }
        let null = try (0..<19).map { try value(test.permuted($0)) }
        return PermutationTest.probability(of: try value(exchanged), among: null, isError: false)
      }
    }
    // 0.05, 0.10, …, 1: four of them in each fifth.
    for p in try values.map({ try $0.get() }) { counts[min(4, Int((p * 20).rounded() - 1) / 4)] += 1 }
    // χ² of 4 degrees of freedom is above 18.5 once in a thousand.
    let expected = Double(repetitions) / 5
    let statistic = counts.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
    #expect(statistic < 18.5, "\(counts)")
  }

  /// More features than subjects: enough to identify each subject.
  private static let width = 60

  /// Four scans of each subject that are nearly alike, with a class that is random by subject.
  private func sessions(subjects: Int, seed: UInt64) throws -> (DataTable, ParticipantTable) {
    var generator = SeededGenerator(seed: seed)
    func normal() -> Double { Double(NormalDistribution.standard.next(using: &generator)) }
    var (rows, people): ([[String]], [[String]]) = ([], [])
    for subject in 0..<subjects {
      let brain = (0..<Self.width).map { _ in normal() }
      people.append(["sub-\(subject)", "\(normal())", "place\(subject)"])
      for _ in 0..<4 { rows.append(["sub-\(subject)"] + brain.map { "\($0 + 0.1 * normal())" }) }
    }
    let head = ["participant_id"] + (0..<Self.width).map { "f\($0)" }
    return (
      try DataTable(text: Table.text([head] + rows), path: "f.tsv"),
      try ParticipantTable(
        text: Table.text([["participant_id", "target", "place"]] + people), path: "p.tsv")
    )
  }

  @Test(
    "a target that is random by subject is not predicted from other scans of the same subject",
    arguments: [1, 2, 3])
  func leak(seed: UInt64) throws {
    let (features, participants) = try sessions(subjects: 30, seed: seed)
    let input = AssociationInput(features: features, participants: [participants])
    let sample = try input.sample(of: "target", kind: nil)
    #expect(sample.groupCount == 30 && sample.target.count == 120)
    func correlation(groups: [Int]) throws -> Double {
      let folds = try CrossValidationFolds(
        sample.features[0].values, covariates: sample.covariates, groups: groups, CrossValidation())
      let found = try folds.predictions(of: sample.target, isBinary: false, .ridge)
      return try #require(AssociationMeasure.r.value(of: found, target: sample.target))
    }
    // Without groups a scan is recognised by its siblings: what grouping has to prevent.
    let leaked = try correlation(groups: Array(sample.target.indices))
    let kept = try correlation(groups: sample.groups)
    #expect(leaked > 0.3 && kept < leaked - 0.3)
    let report = try Association(input, settings: settings(permutations: 99), threads: 2).run(targets: [
      "target"
    ])
    #expect(try #require(report.results[0].scores[0].probability) > 0.01)
    // Another column with the same groups is the same grouping.
    let named = AssociationInput(features: features, participants: [participants], group: "place")
    #expect(Set(try named.sample(of: "target", kind: nil).groups).count == 30)
  }

  @Test("groups stay on one side of every fold, outside and inside")
  func groups() throws {
    let cohort = SyntheticCohort(subjects: 60, features: 3, seed: 6)
    let groups = (0..<60).map { $0 / 4 }
    let folds = try CrossValidationFolds(
      cohort.matrix, covariates: Matrix(rows: 60, columns: 0), groups: groups, CrossValidation())
    var tested: [Int] = []
    for fold in folds.folds {
      tested += fold.outer.testing
      for basis in [fold.outer] + fold.inner {
        #expect(Set(basis.training.map { groups[$0] }).isDisjoint(with: basis.testing.map { groups[$0] }))
      }
      let outside = Set(fold.outer.testing)
      for basis in fold.inner { #expect(outside.isDisjoint(with: basis.training + basis.testing)) }
      #expect(fold.inner.flatMap(\.testing).sorted() == fold.outer.training)
    }
    #expect(tested.sorted() == Array(0..<60))
  }

  @Test("blocks of equal size change places as wholes, and their members within them")
  func exchange() {
    let groups = (0..<20).map { $0 / 5 }
    let varying = PermutationTest(target: (0..<20).map(Double.init), groups: groups, seed: 1).permuted(3)
    var order: [Int] = []
    for group in 0..<4 {
      let values = varying[group * 5..<group * 5 + 5].sorted()
      let source = Int(values[0]) / 5
      #expect(values == (source * 5..<source * 5 + 5).map(Double.init))
      order.append(source)
    }
    #expect(order.sorted() == [0, 1, 2, 3] && order != [0, 1, 2, 3])
    #expect(varying[0..<5].map { $0 } != varying[0..<5].sorted())
    let constant = PermutationTest(target: groups.map(Double.init), groups: groups, seed: 2).permuted(4)
    for group in 0..<4 { #expect(Set(constant[group * 5..<group * 5 + 5]).count == 1) }
    #expect(constant.sorted() == groups.map(Double.init))
  }

  @Test("a target that is nothing but a covariate is predicted by it, and not by features freed of it")
  func confound() throws {
    var cohort = SyntheticCohort(subjects: 120, features: 5, seed: 8)
    for i in cohort.features.indices { for j in 0..<5 { cohort.features[i][j] += 5 * cohort.score[i] } }
    var tables = try cohort.tables()
    let rows = cohort.score.enumerated().map { number, score -> [String] in
      let id = "sub-" + String(1001 + number).dropFirst()
      return [id, "\(score)", "\(score + Double((number + 1) % 10) / 20)"]
    }
    tables.participants = try ParticipantTable(
      text: Table.text([["participant_id", "size", "target"]] + rows), path: "p.tsv")
    let input = AssociationInput(
      features: tables.features, participants: [tables.participants], covariates: ["size"])
    let results = try Association(input, settings: settings(), threads: 2).run(targets: ["target"]).results
    #expect(results.map(\.features) == ["features", "covariates"])
    #expect(try #require(results[0].scores[0].value) < 0.3)
    #expect(try #require(results[1].scores[0].value) > 0.9)
  }

  @Test("the number of threads does not matter, and the seed does")
  func threads() throws {
    let cohort = SyntheticCohort(subjects: 50, features: 6, seed: 9)
    let one = try run(cohort, settings(), targets: ["score", "group"], threads: 1)
    let three = try run(cohort, settings(), targets: ["score", "group"], threads: 3)
    #expect(one == three)
    var other = settings()
    other.validation.seed = 1
    #expect(try run(cohort, other, targets: ["score", "group"]).results != one.results)
  }

  @Test("a small sample is called one")
  func small() throws {
    let few = try run(
      SyntheticCohort(subjects: 24, features: 30, seed: 1), settings(permutations: 0), targets: ["score"])
    let text = few.text
    #expect(text.contains("the sample is small: with 24 subjects"))
    #expect(text.contains("more features (30) than subjects (24)"))
    let many = try run(
      SyntheticCohort(subjects: 600, features: 5, seed: 1), settings(permutations: 0), targets: ["score"])
    #expect(many.results[0].warnings.isEmpty)
  }

  static let faults: [(target: String, covariates: [String], message: String)] = [
    ("iq", [], "found no column iq in the tables of participants; the columns are score, group"),
    ("participant_id", [], "column participant_id has neither numbers nor two different words"),
    ("score", ["site"], "found no column site"),
  ]

  @Test("an unknown measure is an error that lists the measures", arguments: faults)
  func unusable(target: String, covariates: [String], message: String) throws {
    let tables = try SyntheticCohort(subjects: 20, features: 3, seed: 1).tables()
    let input = AssociationInput(
      features: tables.features, participants: [tables.participants], covariates: covariates)
    let error = #expect(throws: AssociationError.self) {
      try Association(input, settings: settings(permutations: 0), threads: 1).run(targets: [target])
    }
    #expect(error.map { "\($0)".hasPrefix(message) } == true, "\(String(describing: error))")
  }

  @Test("logistic regression refuses a target of numbers")
  func notBinary() throws {
    let cohort = SyntheticCohort(subjects: 20, features: 3, seed: 1)
    #expect(throws: AssociationError.notBinary(column: "score")) {
      try run(cohort, settings(.logistic), targets: ["score"])
    }
  }
}
