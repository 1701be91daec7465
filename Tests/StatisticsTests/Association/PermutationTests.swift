import Numerics
import Statistics
import TestSupport
import Testing

@Suite("Permutations")
struct PermutationTests {
  /// Targets, groups, and how many different targets there are, counted by hand.
  static let cases: [(name: String, target: [Double], groups: [Int], count: Double)] = [
    ("four subjects", [1, 2, 3, 4], [0, 1, 2, 3], 24),
    ("three of six are alike", [1, 1, 1, 0, 0, 0], [0, 1, 2, 3, 4, 5], 20),
    // Two orders of the pairs and two within each, and six of three subjects: 2 · 2 · 2 · 6.
    ("two pairs and three subjects", [1, 2, 3, 4, 5, 6, 7], [0, 0, 1, 1, 2, 3, 4], 48),
    // Both pairs hold 0 and 1: no order of theirs is another, and each has two within.
    ("pairs with the same values", [0, 1, 1, 0], [0, 0, 1, 1], 4),
    ("a value for each of three pairs", [5, 5, 6, 6, 7, 7], [0, 0, 1, 1, 2, 2], 6),
    // A pair and a triple have no partner of their size.
    ("blocks of different sizes", [1, 1, 2, 2, 2], [0, 0, 1, 1, 1], 1),
  ]

  @Test("there are as many different permutations as counted, and each is drawn", arguments: cases)
  func distinct(name: String, target: [Double], groups: [Int], count: Double) {
    let test = PermutationTest(target: target, groups: groups, seed: 1)
    #expect(test.distinctCount == count)
    #expect(Set((0..<2000).map(test.permuted)).count == Int(count))
  }

  @Test("the scans of a participant stay together within the blocks")
  func units() {
    func count(_ target: [Double], _ groups: [Int], _ units: [Int]) -> Int {
      let test = PermutationTest(target: target, groups: groups, units: units, seed: 1)
      let found = Set((0..<2000).map(test.permuted))
      for permuted in found {
        // The values of a participant's scans are those of one participant.
        let sources = Dictionary(grouping: target.indices, by: { units[$0] }).mapValues {
          $0.map { target[$0] }.sorted()
        }
        for rows in Dictionary(grouping: target.indices, by: { units[$0] }).values {
          #expect(sources.values.contains(rows.map { permuted[$0] }.sorted()))
        }
      }
      #expect(test.distinctCount == Double(found.count))
      return found.count
    }
    // A site with two participants of two scans and one of one: the two change places.
    #expect(count([1, 1, 2, 2, 3], [0, 0, 0, 0, 0], [0, 0, 1, 1, 2]) == 2)
    // The scans of each change places too.
    #expect(count([1, 2, 3, 4, 5], [0, 0, 0, 0, 0], [0, 0, 1, 1, 2]) == 8)
    // Two sites that are alike change places as a whole.
    #expect(count([1, 1, 2, 3, 3, 4], [0, 0, 0, 1, 1, 1], [0, 0, 1, 2, 2, 3]) == 2)
  }

  @Test("more permutations than a double holds are counted as very many")
  func many() {
    let test = PermutationTest(target: (0..<500).map(Double.init), groups: Array(0..<500), seed: 1)
    #expect(test.distinctCount == PermutationTest.most)
  }

  @Test("where a few groups have two members, whose target varies, an effect is found")
  func mixed() throws {
    let (features, participants) = try tables(effect: 1.5, seed: 3)
    var settings = Association.Settings()
    settings.permutations = 99
    settings.validation.folds = 5
    let input = AssociationInput(features: features, participants: [participants], group: "person")
    let report = try Association(input, settings: settings, threads: 2).run(targets: ["score"])
    #expect(report.results[0].scores[0].probability == 0.01)
    #expect(report.results[0].groups == 36)
  }

  /// 40 scans, of which four pairs are of one person; the score is of the scan.
  private func tables(effect: Double, seed: UInt64) throws -> (DataTable, ParticipantTable) {
    var generator = SeededGenerator(seed: seed)
    func normal() -> Double { Double(NormalDistribution.standard.next(using: &generator)) }
    var (features, people) = ([["participant_id", "f0", "f1"]], [["participant_id", "score", "person"]])
    for scan in 0..<40 {
      let feature = normal()
      features.append(["sub-\(100 + scan)", "\(feature)", "\(normal())"])
      people.append([
        "sub-\(100 + scan)", "\(effect * feature + normal())", "p\(scan < 8 ? scan / 2 : scan)",
      ])
    }
    return (
      try DataTable(text: Table.text(features), path: "f.tsv"),
      try ParticipantTable(text: Table.text(people), path: "p.tsv")
    )
  }

  @Test("the number of different permutations is printed and written")
  func printed() throws {
    let (features, participants) = try tables(effect: 0, seed: 4)
    var settings = Association.Settings()
    settings.permutations = 19
    let input = AssociationInput(features: features, participants: [participants], group: "person")
    let report = try Association(input, settings: settings, threads: 2).run(targets: ["score"])
    // 4! · 2⁴ of the pairs, and 32! of the others: 24 · 16 · 2.631e35.
    #expect(report.text.contains("19 permutations, of 1.0e+38 possible ones"))
    let count = try #require(report.results[0].distinctPermutations)
    #expect(abs(count / (384 * 2.631308369336935e35) - 1) < 1e-9)
    #expect(report.tsv.contains("distinct_permutations"))
  }

  @Test("a target that can be permuted in fewer than 20 ways is an error that says so")
  func tooFew() throws {
    var (features, people) = ([["participant_id", "f0"]], [["participant_id", "score", "site"]])
    // Ten sites of one to ten scans, each with one value: no two blocks are alike.
    for site in 1...10 {
      for scan in 0..<site {
        features.append(["sub-\(site)x\(scan)", "\(scan)"])
        people.append(["sub-\(site)x\(scan)", "\(site)", "s\(site)"])
      }
    }
    let input = try AssociationInput(
      features: DataTable(text: Table.text(features), path: "f.tsv"),
      participants: [ParticipantTable(text: Table.text(people), path: "p.tsv")], group: "site")
    var settings = Association.Settings()
    settings.permutations = 99
    let error = AssociationError.tooFewPermutations(column: "score", found: 1, needed: 20)
    #expect(throws: error) { try Association(input, settings: settings, threads: 1).run(targets: ["score"]) }
    #expect(
      "\(error)".contains("column score: its values can be permuted in 1 different way; needed at least 20"))
    settings.permutations = 0
    let report = try Association(input, settings: settings, threads: 1).run(targets: ["score"])
    #expect(report.results[0].distinctPermutations == nil)
  }
}
