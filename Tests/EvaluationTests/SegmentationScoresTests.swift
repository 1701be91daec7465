import Evaluation
import Imaging
import Testing

/// Label maps that `Oracles/scores.py` builds with the same formulas, on 7×6×5 voxels of 1.2×1.0×0.9 mm.
enum OracleMaps {
  static let grid = Grid(shape: [7, 6, 5], affine: Affine(spacing: [1.2, 1.0, 0.9], origin: [-30, 4, 9]))

  static func reference(_ subject: Int) -> LabelMap {
    map { n in (n * n * 31 + 7 * n + subject) % 11 % 4 }
  }

  static func prediction(_ subject: Int) -> LabelMap {
    map { n in
      let label = (n * n * 31 + 7 * n + subject) % 11 % 4
      return (n * 13 + subject) % 5 == 0 ? (label + 1) % 4 : label
    }
  }

  private static func map(_ label: (Int) -> Int) -> LabelMap {
    LabelMap(grid: grid, labels: (0..<grid.count).map { UInt16(label($0)) })
  }
}

@Suite("SegmentationScores")
struct SegmentationScoresTests {
  /// The oracle prints nine digits after the point.
  static let tolerance = 1e-9

  @Test(
    "every score is what scikit-learn computes",
    arguments: [
      (
        1, 1,
        [
          0.744186047, 0.592592593, 0.820512821, 0.912280702, 0.680851064, 0.906976744, 0.679032930,
          0.050760000, 0.042120000, 0.008640000, 0.205128205,
        ]
      ),
      (
        1, 2,
        [
          0.800000000, 0.666666667, 0.789473684, 0.959302326, 0.810810811, 0.986666667, 0.756531149,
          0.039960000, 0.041040000, 0.001080000, -0.026315789,
        ]
      ),
      (
        1, 3,
        [
          0.818181818, 0.692307692, 0.789473684, 0.947712418, 0.849056604, 0.963636364, 0.753781217,
          0.057240000, 0.061560000, 0.004320000, -0.070175439,
        ]
      ),
      (
        2, 1,
        [
          0.821917808, 0.697674419, 0.789473684, 0.925373134, 0.857142857, 0.958904110, 0.727272727,
          0.075600000, 0.082080000, 0.006480000, -0.078947368,
        ]
      ),
      (
        2, 2,
        [
          0.720930233, 0.563636364, 0.794871795, 0.906432749, 0.659574468, 0.906976744, 0.649854106,
          0.050760000, 0.042120000, 0.008640000, 0.205128205,
        ]
      ),
      (
        2, 3,
        [
          0.789473684, 0.652173913, 0.789473684, 0.953488372, 0.789473684, 1.000000000, 0.742962056,
          0.041040000, 0.041040000, 0.000000000, 0.000000000,
        ]
      ),
      (
        3, 1,
        [
          0.828828829, 0.707692308, 0.807017544, 0.947712418, 0.851851852, 0.972972973, 0.767401189,
          0.058320000, 0.061560000, 0.003240000, -0.052631579,
        ]
      ),
      (
        3, 2,
        [
          0.824324324, 0.701149425, 0.802631579, 0.917910448, 0.847222222, 0.972972973, 0.728843862,
          0.077760000, 0.082080000, 0.004320000, -0.052631579,
        ]
      ),
      (
        3, 3,
        [
          0.729411765, 0.574074074, 0.794871795, 0.912280702, 0.673913043, 0.917647059, 0.661337821,
          0.049680000, 0.042120000, 0.007560000, 0.179487179,
        ]
      ),
    ] as [(Int, UInt16, [Double])])
  func oracle(subject: Int, label: UInt16, expected: [Double]) throws {
    let counts = try ConfusionCounts.counts(
      of: [label], prediction: OracleMaps.prediction(subject), reference: OracleMaps.reference(subject))
    let scores = SegmentationScores(counts[0], voxelVolume: OracleMaps.grid.voxelVolume)
    for (measure, value) in zip(ScoreMeasure.allCases, expected) {
      let found = try #require(measure.value(of: scores))
      #expect(abs(found - value) < Self.tolerance, "\(measure.rawValue)")
    }
  }

  @Test("labels counted together are those counted one by one, in the order asked for")
  func together() throws {
    let (prediction, reference) = (OracleMaps.prediction(1), OracleMaps.reference(1))
    let together = try ConfusionCounts.counts(of: [3, 1, 2], prediction: prediction, reference: reference)
    let single = try [3, 1, 2].map {
      try ConfusionCounts.counts(of: [$0], prediction: prediction, reference: reference)[0]
    }
    #expect(together == single)
  }

  @Test("Jaccard is Dice / (2 − Dice), and exchanging the maps exchanges sensitivity and precision")
  func identities() throws {
    let (prediction, reference) = (OracleMaps.prediction(2), OracleMaps.reference(2))
    let there = SegmentationScores(
      try ConfusionCounts.counts(of: [1], prediction: prediction, reference: reference)[0], voxelVolume: 1)
    let back = SegmentationScores(
      try ConfusionCounts.counts(of: [1], prediction: reference, reference: prediction)[0], voxelVolume: 1)
    let (dice, jaccard) = (try #require(there.dice), try #require(there.jaccard))
    #expect(abs(jaccard - dice / (2 - dice)) < Self.tolerance)
    #expect(there.dice == back.dice)
    #expect(there.sensitivity == back.precision)
    #expect(there.precision == back.sensitivity)
    #expect(there.kappa == back.kappa && there.volumeSimilarity == back.volumeSimilarity)
  }

  @Test("voxels that do not count are none that were rightly left out")
  func total() throws {
    let counts = try ConfusionCounts.counts(
      of: [1, 2], prediction: OracleMaps.prediction(1), reference: OracleMaps.reference(1), total: 190)
    // 7 · 6 · 5 voxels are 20 more.
    let all = try ConfusionCounts.counts(
      of: [1, 2], prediction: OracleMaps.prediction(1), reference: OracleMaps.reference(1))
    #expect(all.map(\.total) == [210, 210] && counts.map(\.total) == [190, 190])
    #expect(zip(counts, all).allSatisfy { $1.trueNegatives - $0.trueNegatives == 20 })
  }

  @Test("two empty masks agree perfectly, and quotients over nothing have no value")
  func bothEmpty() {
    let scores = SegmentationScores(
      ConfusionCounts(truePositives: 0, falsePositives: 0, falseNegatives: 0), voxelVolume: 1)
    #expect(scores.dice == 1)
    #expect(scores.jaccard == 1)
    #expect(scores.sensitivity == nil)
    #expect(scores.precision == nil)
    #expect(scores.relativeVolumeDifference == nil)
  }

  @Test("what two empty masks score is as asked for", arguments: EmptyMasks.allCases)
  func convention(empty: EmptyMasks) {
    let counts = ConfusionCounts(truePositives: 0, falsePositives: 0, falseNegatives: 0, trueNegatives: 9)
    let scores = SegmentationScores(counts, voxelVolume: 1, empty: empty)
    let expected: Double? = empty == .omit ? nil : 1
    for score in [scores.dice, scores.jaccard, scores.volumeSimilarity, scores.kappa] {
      #expect(score == expected)
    }
    #expect(scores.specificity == 1 && scores.absoluteVolumeDifference == 0)
  }

  @Test("two full masks agree no better than chance could")
  func full() {
    let scores = SegmentationScores(
      ConfusionCounts(truePositives: 8, falsePositives: 0, falseNegatives: 0), voxelVolume: 1)
    #expect(scores.dice == 1 && scores.kappa == nil && scores.specificity == nil)
  }

  @Test("one empty mask scores 0, whichever it is")
  func oneEmpty() {
    let missed = SegmentationScores(
      ConfusionCounts(truePositives: 0, falsePositives: 0, falseNegatives: 5), voxelVolume: 1)
    #expect(missed.dice == 0)
    #expect(missed.jaccard == 0)
    #expect(missed.sensitivity == 0)
    #expect(missed.precision == nil)
    #expect(missed.relativeVolumeDifference == -1)
    let invented = SegmentationScores(
      ConfusionCounts(truePositives: 0, falsePositives: 5, falseNegatives: 0), voxelVolume: 1)
    #expect(invented.dice == 0)
    #expect(invented.precision == 0)
    #expect(invented.sensitivity == nil)
    #expect(invented.relativeVolumeDifference == nil)
  }

  @Test("maps of different shapes are refused with both shapes")
  func shapes() {
    let reference = OracleMaps.reference(1)
    let other = LabelMap(grid: Grid(shape: [6, 7, 5], affine: OracleMaps.grid.affine))
    let error = #expect(throws: EvaluationError.self) {
      try ConfusionCounts.counts(of: [1], prediction: other, reference: reference)
    }
    #expect(error == .shapesDiffer(prediction: [6, 7, 5], reference: [7, 6, 5]))
    #expect(error?.description.contains("6×7×5 voxels, the reference 7×6×5") == true)
  }

  @Test("maps of different affines are refused with how far the same voxel lies apart")
  func affines() {
    let reference = OracleMaps.reference(1)
    var moved = reference
    moved.grid.affine.origin += [0, 3, 4]
    let error = #expect(throws: EvaluationError.self) {
      try ConfusionCounts.counts(of: [1], prediction: moved, reference: reference)
    }
    #expect(error?.description.contains("up to 5 mm;") == true, "\(error?.description ?? "")")
    var flipped = reference
    flipped.grid.affine.i *= -1
    // Opposite i axes from one origin: six steps of 1.2 mm to either side.
    let flip = #expect(throws: EvaluationError.self) {
      try ConfusionCounts.counts(of: [1], prediction: flipped, reference: reference)
    }
    #expect(flip?.description.contains("up to 14.4 mm;") == true)
  }
}
