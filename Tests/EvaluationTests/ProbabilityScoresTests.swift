import Evaluation
import Imaging
import TestSupport
import Testing

@Suite("ProbabilityScores")
struct ProbabilityScoresTests {
  /// Sums of float32 values, in float64 on both sides.
  private static let tolerance = 1e-9

  private static let grid = Grid(shape: [23, 19, 17], affine: .identity)

  /// Probabilities of all sizes, bounds of bins and 0 and 1 among them, and a reference that is somewhat like them.
  private static let probabilities = Volume(
    grid: grid, voxels: (0..<grid.count).map { (n: Int) -> Float in Float(n * 7919 % 301) / 300 })
  private static let reference = LabelMap(
    grid: grid,
    labels: (0..<grid.count).map { (n: Int) -> UInt16 in
      let score = n * 7919 % 301 + n * 31 % 97
      return score > 190 ? 3 : UInt16(n % 3)
    })
  private static let mask = LabelMap(
    grid: grid, labels: (0..<grid.count).map { (n: Int) -> UInt16 in n % 7 < 3 ? 1 : 0 })

  private func values(_ scores: ProbabilityScores) throws -> [Double] {
    try [scores.softDice, scores.brier, scores.calibrationError].map { try #require($0) }
  }

  @Test(
    "soft Dice, Brier score and calibration error are NumPy's",
    .needs(.sciPy),
    arguments: [false, true])
  func numpy(isMasked: Bool) throws {
    let (mask, reference) = (Self.mask, Self.reference)
    let script = """
      p, r = (v[x[2] > 0].astype(float) for v in x[:2])
      print(2 * (p * r).sum() / (p.sum() + r.sum()), ((p - r) ** 2).mean())
      # Right ends belong to their bins, and 0 to the first.
      place = np.clip(np.ceil(p * 15) - 1, 0, 14)
      bins = [place == n for n in range(15)]
      print(sum(b.sum() * abs(p[b].mean() - r[b].mean()) for b in bins if b.any()) / p.size)
      """
    let arrays = [
      Self.probabilities.voxels, reference.labels.map { $0 == 3 ? 1 : 0 },
      mask.labels.map { !isMasked || $0 > 0 ? 1 : 0 },
    ]
    let expected = try Python.numbers(script, arrays, shape: Self.grid.shape)
    let scores = try ProbabilityScores(
      Self.probabilities, reference: reference, label: 3, mask: isMasked ? mask : nil)
    for (found, expected) in zip(try values(scores), expected) {
      #expect(abs(found - expected) < Self.tolerance)
    }
  }

  @Test("probabilities of 0 and 1 have Dice's soft Dice, and both errors are the share of wrong voxels")
  func binary() throws {
    for pair in MaskPair.corners {
      let count = Double(pair.prediction.labels.count)
      let counts = try ConfusionCounts.counts(
        of: [1], prediction: pair.prediction, reference: pair.reference)[0]
      let volume = Volume(grid: pair.prediction.grid, voxels: pair.arrays[0])
      let scores = try ProbabilityScores(volume, reference: pair.reference, label: 1)
      let dice = try #require(SegmentationScores(counts, voxelVolume: 1).dice)
      #expect(abs(try values(scores)[0] - dice) < Self.tolerance)
      let wrong = Double(counts.falsePositives + counts.falseNegatives) / count
      #expect(abs(try values(scores)[1] - wrong) < Self.tolerance)
      #expect(abs(try values(scores)[2] - wrong) < Self.tolerance)
    }
  }

  @Test(
    "where nothing is predicted and nothing is there, soft Dice is as asked for",
    arguments: EmptyMasks.allCases)
  func empty(convention: EmptyMasks) throws {
    let scores = try ProbabilityScores(
      Volume(grid: Self.grid), reference: LabelMap(grid: Self.grid), label: 1, empty: convention)
    #expect(scores.softDice == (convention == .omit ? nil : 1))
    #expect(scores.brier == 0 && scores.calibrationError == 0)
  }

  @Test("a map on another grid is refused")
  func grids() {
    let small = Volume(grid: Grid(shape: [2, 2, 2], affine: .identity))
    #expect(throws: EvaluationError.shapesDiffer(prediction: [2, 2, 2], reference: Self.grid.shape)) {
      try ProbabilityScores(small, reference: Self.reference, label: 1)
    }
  }
}
