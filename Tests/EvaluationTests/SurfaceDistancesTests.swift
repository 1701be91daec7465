import Evaluation
import Foundation
import Imaging
import TestSupport
import Testing

@Suite("SurfaceDistances")
struct SurfaceDistancesTests {
  /// Distances are float32, of seven digits; MONAI's means are summed in it too.
  private static let tolerance = 1e-5

  /// HD, HD95, ASSD and surface Dice at 1 mm.
  private func scores(_ pair: MaskPair) throws -> [Double] {
    let distances = try SurfaceDistances(of: 1, prediction: pair.prediction, reference: pair.reference)
    let scores = SurfaceScores(distances, tolerance: 1, diagonal: 0)
    return try [scores.hausdorff, scores.hausdorff95, scores.averageDistance, scores.surfaceDice].map {
      try #require($0)
    }
  }

  private func agree(_ pair: MaskPair, with expected: [Double]) throws {
    let found = try scores(pair)
    #expect(expected.count == found.count)
    for (name, (found, expected)) in zip(["HD", "HD95", "ASSD", "NSD"], zip(found, expected)) {
      #expect(abs(found - expected) <= Self.tolerance * max(1, expected), "\(name): \(found), \(expected)")
    }
  }

  /// The same of SciPy.
  private func scipy(_ pair: MaskPair) throws -> [Double] {
    let spacing = pair.reference.grid.affine.spacing
    return try Python.numbers(
      "step = (\(spacing.x), \(spacing.y), \(spacing.z))\n" + Self.script, pair.arrays,
      shape: pair.reference.grid.shape)
  }

  private static let script = """
    import scipy.ndimage as nd
    edges = [(m > 0) ^ nd.binary_erosion(m > 0) for m in x]
    ways = [nd.distance_transform_edt(~edges[1 - n], sampling=step)[edges[n]] for n in (0, 1)]
    both = np.concatenate(ways)
    print(both.max(), max(np.percentile(w, 95) for w in ways), both.mean(), (both <= 1 + 1e-6).mean())
    """

  /// MONAI's HD, HD95, ASSD and surface Dice by the name of the pair (`Oracles/make_monai.py`).
  private struct MONAI: Decodable {
    var pairs: [String: [Double]]

    static let stored = Result {
      let path = SampleData.repository("Tests/EvaluationTests/Oracles/monai.json")
      return try JSONDecoder().decode(MONAI.self, from: Data(contentsOf: URL(filePath: path)))
    }
  }

  @Test(
    "distances are those between SciPy's edges by SciPy's distance transform",
    .needs(.sciPy), arguments: MaskPair.corners)
  func scipySmall(pair: MaskPair) throws { try agree(pair, with: scipy(pair)) }

  @Test(
    "distances between the gray matters of two heads are SciPy's",
    .needs(.sciPy))
  func scipyHeads() throws {
    let pair = try #require(MaskPair.heads)
    try agree(pair, with: scipy(pair))
  }

  @Test(
    "distances are MONAI's, for small masks and two heads", arguments: MaskPair.corners + [MaskPair.heads])
  func monai(pair: MaskPair?) throws {
    let pair = try #require(pair)
    try agree(pair, with: try #require(MONAI.stored.get().pairs[pair.name]))
  }

  @Test("two voxels: each distance is the one between them, in mm")
  func twoVoxels() throws {
    let grid = Grid(shape: [9, 9, 9], affine: Affine(spacing: [1, 2, 0.5]))
    var (prediction, reference) = (LabelMap(grid: grid), LabelMap(grid: grid))
    prediction[1, 1, 1] = 1
    reference[4, 3, 1] = 1
    // 3 steps of 1 mm and 2 of 2 mm: 5 mm.
    let distances = try SurfaceDistances(of: 1, prediction: prediction, reference: reference)
    #expect(distances.toReference == [5] && distances.toPrediction == [5])
    #expect(distances.hausdorff() == 5 && distances.hausdorff(share: 0.95) == 5 && distances.average == 5)
    #expect(distances.surfaceDice(tolerance: 4.99) == 0)
    #expect(distances.surfaceDice(tolerance: 5) == 1)
  }

  @Test("a tolerance that is met but for rounding is met: 0.6 and 0.8 mm make 1 mm")
  func rounding() throws {
    let grid = Grid(shape: [3, 3, 3], affine: Affine(spacing: [0.6, 0.8, 1]))
    var (prediction, reference) = (LabelMap(grid: grid), LabelMap(grid: grid))
    prediction[0, 0, 0] = 1
    reference[1, 1, 0] = 1
    let distances = try SurfaceDistances(of: 1, prediction: prediction, reference: reference)
    #expect(distances.surfaceDice(tolerance: 1) == 1)
  }

  @Test("prediction and reference exchanged exchange the two sides; other labels do not matter")
  func exchanged() throws {
    for pair in MaskPair.corners {
      let there = try SurfaceDistances(of: 1, prediction: pair.prediction, reference: pair.reference)
      let back = try SurfaceDistances(of: 1, prediction: pair.reference, reference: pair.prediction)
      #expect(there.toReference == back.toPrediction && there.toPrediction == back.toReference)
      let scores = try scores(pair)
      #expect(scores[0] >= scores[1] && scores[1] >= 0)
    }
  }

  @Test("empty masks score what the convention says", arguments: EmptyMasks.allCases)
  func empty(convention: EmptyMasks) throws {
    let grid = Grid(shape: [5, 6, 7], affine: .identity)
    let (none, full) = (LabelMap(grid: grid), LabelMap(grid: grid, repeating: 1))
    func score(_ prediction: LabelMap, _ reference: LabelMap) throws -> SurfaceScores {
      SurfaceScores(
        try SurfaceDistances(of: 1, prediction: prediction, reference: reference), tolerance: 1,
        empty: convention, diagonal: 99)
    }
    let both = try score(none, none)
    #expect(both.surfaceDice == (convention == .omit ? nil : 1))
    #expect(both.hausdorff == (convention == .omit ? nil : 0) && both.averageDistance == both.hausdorff)
    for one in [try score(none, full), try score(full, none)] {
      #expect(one.surfaceDice == 0)
      #expect(
        one.hausdorff95 == (convention == .penalize ? 99 : nil) && one.averageDistance == one.hausdorff95)
    }
  }

  @Test("maps on different grids are refused")
  func grids() {
    let map = LabelMap(grid: Grid(shape: [2, 2, 2], affine: .identity))
    let other = LabelMap(grid: Grid(shape: [2, 2, 3], affine: .identity))
    #expect(throws: EvaluationError.shapesDiffer(prediction: [2, 2, 2], reference: [2, 2, 3])) {
      try SurfaceDistances(of: 1, prediction: map, reference: other)
    }
  }
}
