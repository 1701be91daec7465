import Evaluation
import Files
import Foundation
import Imaging
import TestSupport
import Testing

@Suite("ScoreTable")
struct ScoreTableTests {
  private func oracleTable() throws -> ScoreTable {
    let labels = [ScoredLabel.grayMatter, .whiteMatter, .csf]
    let rows = try (1...3).flatMap { subject in
      let counts = try ConfusionCounts.counts(
        of: labels.map(\.value), prediction: OracleMaps.prediction(subject),
        reference: OracleMaps.reference(subject))
      return zip(labels, counts).map { label, counts in
        ScoreTable.Row(
          subject: "sub-0\(subject)", label: label,
          scores: SegmentationScores(counts, voxelVolume: OracleMaps.grid.voxelVolume))
      }
    }
    return ScoreTable(rows: rows)
  }

  private func row(_ subject: String, _ label: ScoredLabel, _ tp: Int, _ fp: Int, _ fn: Int) -> ScoreTable.Row
  {
    let counts = ConfusionCounts(truePositives: tp, falsePositives: fp, falseNegatives: fn)
    return ScoreTable.Row(
      subject: subject, label: label, scores: SegmentationScores(counts, voxelVolume: 1))
  }

  @Test(
    "mean and sample standard deviation of Dice are NumPy's",
    arguments: [
      (ScoredLabel.grayMatter, 0.798310895, 0.047000691), (.whiteMatter, 0.781751519, 0.054058670),
      (.csf, 0.779022422, 0.045298480),
    ])
  func statistics(label: ScoredLabel, mean: Double, deviation: Double) throws {
    let statistics = try oracleTable().statistics(of: label, .dice)
    #expect(statistics.count == 3)
    #expect(abs(try #require(statistics.mean) - mean) < SegmentationScoresTests.tolerance)
    #expect(abs(try #require(statistics.standardDeviation) - deviation) < SegmentationScoresTests.tolerance)
  }

  @Test("subjects without a value do not enter a mean, and one value has no standard deviation")
  func missing() {
    let table = ScoreTable(rows: [row("a", .grayMatter, 3, 1, 1), row("b", .grayMatter, 0, 0, 5)])
    let precision = table.statistics(of: .grayMatter, .precision)
    #expect(precision == ScoreStatistics([0.75]))
    #expect(precision.standardDeviation == nil)
    #expect(table.statistics(of: .grayMatter, .dice).mean == 0.375)
    #expect(table.statistics(of: .csf, .dice) == ScoreStatistics([]))
  }

  @Test("a tissue that no subject has is left out; one that some subject has stays for all")
  func presence() {
    let table = ScoreTable(rows: [
      row("a", .grayMatter, 3, 1, 1), row("a", .whiteMatter, 0, 0, 0), row("a", .csf, 0, 0, 0),
      row("b", .grayMatter, 3, 1, 1), row("b", .whiteMatter, 0, 2, 0), row("b", .csf, 0, 0, 0),
    ])
    #expect(table.labels == [.grayMatter, .whiteMatter])
    #expect(table.rows.count == 4)
  }

  @Test("the TSV has a row per subject and tissue, then their statistics, and n/a for what has no value")
  func tsv() {
    let table = ScoreTable(rows: [row("sub-01", .grayMatter, 3, 1, 1), row("sub-02", .grayMatter, 0, 0, 5)])
    let lines = table.tsv.split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
    // Of two subjects a quarter of the resampled means is the lower value, and a quarter the higher one.
    let expected = [
      "subject": ["sub-01", "sub-02", "n", "mean", "sd", "median", "ci_low", "ci_high"],
      "label": Array(repeating: "GM", count: 8),
      "dice": ["0.750000", "0.000000", "2", "0.375000", "0.530330", "0.375000", "0.000000", "0.750000"],
      "precision": ["0.750000", "n/a", "1", "0.750000", "n/a", "0.750000", "n/a", "n/a"],
      "reference_ml": [
        "0.004000", "0.005000", "2", "0.004500", "0.000707", "0.004500", "0.004000", "0.005000",
      ],
      "relative_volume_difference": [
        "0.000000", "-1.000000", "2", "-0.500000", "0.707107", "-0.500000", "-1.000000", "0.000000",
      ],
    ]
    #expect(lines.count == 9)
    for (name, cells) in expected {
      let column = lines[0].firstIndex(of: name)
      #expect(column.map { column in lines.dropFirst().map { $0[column] } } == cells, "\(name)")
    }
    #expect(!lines[0].contains("hausdorff_mm") && !lines[0].contains("soft_dice"))
  }

  @Test("columns of distances and probabilities are there where any row has them")
  func columns() {
    var rows = [row("a", .grayMatter, 3, 1, 1), row("b", .grayMatter, 3, 1, 1)]
    let pair = MaskPair.corners[0]
    rows[1].scores.components = ComponentCounts(of: 1, prediction: pair.prediction, reference: pair.reference)
    let table = ScoreTable(rows: rows)
    #expect(table.measures.contains(.foundComponents) && !table.measures.contains(.hausdorff))
    #expect(table.statistics(of: .grayMatter, .foundComponents).count == 1)
  }

  @Test("the JSON beside the TSV holds the same, with null for what has no value")
  func files() throws {
    let folder = try Workplace()
    defer { folder.remove() }
    let table = ScoreTable(rows: [row("sub-01", .grayMatter, 3, 1, 1), row("sub-02", .grayMatter, 0, 0, 5)])
    let json = try table.write(to: folder("scores.tsv"))
    #expect(json == folder("scores.json"))
    #expect(try folder.names() == ["scores.json", "scores.tsv"])
    #expect(try String(contentsOfFile: folder("scores.tsv"), encoding: .utf8) == table.tsv)
    let data = try #require(FileManager.default.contents(atPath: json))
    let root = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let subjects = try #require(root["subjects"] as? [String: [String: [String: Any]]])
    #expect(subjects["sub-01"]?["GM"]?["dice"] as? Double == 0.75)
    #expect(subjects["sub-02"]?["GM"]?["precision"] is NSNull)
    let summary = try #require(root["summary"] as? [String: [String: [String: Any]]])
    #expect(summary["GM"]?["dice"]?["mean"] as? Double == 0.375)
    #expect(summary["GM"]?["precision"]?["n"] as? Int == 1)
    #expect(summary["GM"]?["dice"]?["ci_high"] as? Double == 0.75)
    let volumes = try #require(root["volumes"] as? [String: [String: Any]])
    #expect(volumes["GM"]?["n"] as? Int == 2)
    let settings = try #require(root["settings"] as? [String: Any])
    #expect(settings["surface_dice_tolerance_mm"] as? Double == 1)
    #expect(settings["empty_masks"] as? String == "perfect")
  }

  @Test("a folder that does not exist is an error that names file and folder")
  func noFolder() throws {
    let error = #expect(throws: WriteError.self) {
      try ScoreTable(rows: [row("a", .grayMatter, 1, 0, 0)]).write(to: "no-such-folder/scores.tsv")
    }
    #expect(
      error?.description
        == "no-such-folder/scores.tsv: cannot be written: the folder no-such-folder does not exist; create it first"
    )
  }

  @Test("a TSV named .json is refused, for its companion would overwrite it")
  func jsonName() {
    #expect(throws: EvaluationError.jsonOverTSV("scores.json")) {
      try ScoreTable(rows: []).write(to: "scores.json")
    }
  }

  @Test("the readable table has a line per subject and mean ± sd below")
  func text() throws {
    let lines = try oracleTable().text.split(separator: "\n").map {
      $0.split(separator: " ").map(String.init)
    }
    #expect(lines[0] == ["Dice", "GM", "WM", "CSF"])
    #expect(lines[1] == ["sub-01", "0.7442", "0.8000", "0.8182"])
    #expect(
      lines.last == [
        "mean", "±", "sd", "0.7983", "±", "0.0470", "(n", "3)", "0.7818", "±", "0.0541", "(n", "3)", "0.7790",
        "±",
        "0.0453", "(n", "3)",
      ])
  }
}
