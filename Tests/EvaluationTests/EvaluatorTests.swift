import Evaluation
import Imaging
import Testing

@Suite("Evaluator")
struct EvaluatorTests {
  private func pair(_ subject: String) -> EvaluationPair {
    EvaluationPair(
      subject: ScanName(path: subject).subject, prediction: "out/\(subject)_dseg.nii",
      reference: "\(subject)_seg.nii")
  }

  private struct NoFile: Error, CustomStringConvertible {
    let path: String
    var description: String { "\(path): no such file" }
  }

  @Test("each side is read with its own table, and a bad pair does not stop the others")
  func mixed() throws {
    let grid = Grid(shape: [4, 1, 1], affine: .identity)
    let maps: [String: LabelMap] = [
      // GM is 1 in BIDS and 2 in IBSR: three voxels predicted, two referenced, two agreed: Dice 4/5.
      "out/sub-1_dseg.nii": LabelMap(grid: grid, labels: [1, 1, 1, 0]),
      "sub-1_seg.nii": LabelMap(grid: grid, labels: [2, 2, 0, 0]),
      "out/sub-2_dseg.nii": LabelMap(grid: grid, labels: [1, 7, 1, 0]),
      "sub-2_seg.nii": LabelMap(grid: grid),
      "out/sub-3_dseg.nii": LabelMap(grid: Grid(shape: [2, 2, 1], affine: .identity)),
      "sub-3_seg.nii": LabelMap(grid: grid),
    ]
    var failures: [String] = []
    let table = Evaluator(predictionTable: .bids, referenceTable: .ibsr).scores(
      of: ["sub-2", "sub-3", "sub-4", "sub-1"].map(pair),
      read: { path in
        guard let map = maps[path] else { throw NoFile(path: path) }
        return map
      },
      failed: { failures.append("\($0)") })
    #expect(table.subjects == ["sub-1"])
    #expect(table.labels == [.grayMatter])
    #expect(table.rows[0].scores.dice == 0.8)
    #expect(failures.count == 3)
    #expect(failures[0].hasPrefix("out/sub-2_dseg.nii: label 7 (1 voxel) is not in the label table \"bids\""))
    #expect(
      failures[1].hasPrefix("out/sub-3_dseg.nii: against sub-3_seg.nii: the prediction has 2×2×1 voxels"))
    #expect(failures[2] == "out/sub-4_dseg.nii: no such file")
  }

  @Test("all scores of a pair are those of its two maps, computed alone")
  func alone() throws {
    let heads = try #require(MaskPair.heads)
    let settings = ScoreSettings(tolerance: 2, empty: .omit)
    let table = Evaluator(settings: settings).scores(
      of: [pair("sub-1")], read: { $0.hasPrefix("out") ? heads.prediction : heads.reference },
      failed: { Issue.record("\($0)") })
    #expect(table.settings == settings && table.labels == [.grayMatter, .whiteMatter, .csf])
    for (row, label) in zip(table.rows, table.labels) {
      let distances = try SurfaceDistances(
        of: label.value, prediction: heads.prediction, reference: heads.reference)
      #expect(row.scores.surface?.hausdorff == distances.hausdorff())
      #expect(row.scores.surface?.surfaceDice == distances.surfaceDice(tolerance: 2))
      let parts = ComponentCounts(
        of: label.value, prediction: heads.prediction, reference: heads.reference)
      #expect(row.scores.components == parts)
      #expect(row.scores.probability == nil)
    }
  }
}
