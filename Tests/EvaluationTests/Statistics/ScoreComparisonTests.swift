import Evaluation
import Foundation
import TestSupport
import Testing

@Suite("ScoreComparison")
struct ScoreComparisonTests {
  /// Gray matter of 10 voxels in the reference, of which some were found; nothing else.
  private func table(_ found: [String: Int]) -> ScoreTable {
    let rows = found.sorted { $0.key < $1.key }.map { subject, found in
      let counts = ConfusionCounts(truePositives: found, falsePositives: 0, falseNegatives: 10 - found)
      return ScoreTable.Row(
        subject: subject, label: .grayMatter, scores: SegmentationScores(counts, voxelVolume: 1000))
    }
    return ScoreTable(rows: rows)
  }

  private var comparison: ScoreComparison {
    ScoreComparison(
      table(["a": 6, "b": 8, "c": 5, "d": 1]), named: "old", table(["a": 7, "b": 9, "c": 7, "e": 10]),
      named: "new")
  }

  @Test("subjects of both sets are compared by name, and measures that the reference decides are left out")
  func subjects() throws {
    #expect(comparison.subjects == ["a", "b", "c"])
    #expect(comparison.measures.contains(.sensitivity) && !comparison.measures.contains(.referenceVolume))
    let sensitivity = comparison.comparison(of: .grayMatter, .sensitivity)
    #expect(sensitivity.count == 3)
    #expect(abs(try #require(sensitivity.difference) - 0.4 / 3) < 1e-12)
    // All three went up: of eight signs two are as far from 0.
    #expect(sensitivity.probability == 0.25)
  }

  @Test("values that one set does not have are left out")
  func missing() {
    // Without a predicted voxel there is no precision.
    let comparison = ScoreComparison(
      table(["a": 6, "b": 8]), named: "old", table(["a": 0, "b": 9]), named: "new")
    #expect(comparison.comparison(of: .grayMatter, .precision).count == 1)
    #expect(comparison.comparison(of: .grayMatter, .dice).count == 2)
  }

  @Test(
    "with five subjects or fewer a warning says that no p can be small; with six it can", arguments: 1...7)
  func tooFew(count: Int) throws {
    let names = (0..<count).map { "s\($0)" }
    let comparison = ScoreComparison(
      table(Dictionary(uniqueKeysWithValues: names.map { ($0, 5) })), named: "old",
      table(Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, 6 + $0 % 3) })), named: "new")
    // All went up: of 2ⁿ signs two are as far from 0, and none farther.
    let least = count == 1 ? 1 : 2 / Double(1 << count)
    #expect(comparison.comparison(of: .grayMatter, .dice).probability == least)
    #expect(comparison.warnings.isEmpty == (least <= 0.05))
    let isWarned = comparison.warnings.contains {
      $0.hasPrefix("with \(count) subject") && $0.hasSuffix("for a p of 0.05 there must be at least 6")
    }
    #expect(isWarned == (count < 6))
  }

  @Test("TSV, JSON and text hold the same scores")
  func files() throws {
    let folder = try Workplace()
    defer { folder.remove() }
    let path = folder("c.tsv")
    let json = try comparison.write(to: path)
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
      .map { $0.split(separator: "\t").map(String.init) }
    #expect(lines.count == 1 + comparison.measures.count && lines.allSatisfy { $0.count == 10 })
    let row = try #require(lines.first { $0[1] == "sensitivity" })
    #expect(row[0] == "GM" && row[2] == "3" && row[5] == "0.133333" && row[8] == "0.250000")
    let data = try #require(FileManager.default.contents(atPath: json))
    let root = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let results = try #require(root["comparison"] as? [String: [String: [String: Any]]])
    #expect(results["GM"]?["sensitivity"]?["p"] as? Double == 0.25)
    #expect((root["second"] as? [String: Any])?["name"] as? String == "new")
    let text = comparison.text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    #expect(text.first == ["Dice", "GM"] && text.last == ["subjects", "3"])
    #expect(text.contains(["p", "0.2500"]))
  }
}
