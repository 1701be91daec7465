import Imaging
import Numerics

/// Agreement of the probabilities of one tissue with a reference, and their calibration.
///
/// All compared voxels count: those of the mask, or all. Air, which every method classifies with certainty, brings both
/// errors near 0, so only values of one mask, or of similar images, can be compared.
public struct ProbabilityScores: Hashable, Codable, Sendable {
  /// Soft Dice, 2 Σ p r / (Σ p + Σ r), with probabilities p and a reference r of 0 and 1. Equals Dice if p is 0 or 1
  /// (the linear form of Sudre et al. 2017, arXiv 1707.03237; V-Net squares p and r).
  public var softDice: Double?
  /// Brier score: mean of (p − r)² (Brier 1950, Monthly Weather Review 78:1).
  public var brier: Double?
  /// Expected calibration error: Σ (nᵦ / n) |mean of r − mean of p| over 15 bins of p (Naeini, Cooper and Hauskrecht
  /// 2015, AAAI 29). Bin b holds probabilities above b / 15 and up to (b + 1) / 15; the first bin also holds 0.
  ///
  /// It concerns one tissue: of the voxels with a GM probability of 0.3, 30 % should be GM. The error that `calibrate`
  /// minimizes concerns the most probable tissue of each voxel and is therefore a different number.
  public var calibrationError: Double?

  /// Number of bins of the expected calibration error.
  public static let binCount = 15

  /// Scores the probabilities of one tissue.
  /// - Parameters:
  ///   - probabilities: values from 0 to 1; values outside are clamped.
  ///   - reference: a label map on the same grid.
  ///   - label: the tissue's label in the reference.
  ///   - mask: voxels above 0 are compared; `nil` compares all voxels.
  ///   - empty: the score of two empty masks.
  /// - Throws: `EvaluationError.shapesDiffer`, `.affinesDiffer`.
  public init(
    _ probabilities: Volume, reference: LabelMap, label: UInt16, mask: LabelMap? = nil,
    empty: EmptyMasks = .perfect
  ) throws(EvaluationError) {
    try EvaluationError.checkGrids(probabilities.grid, reference.grid)
    if let mask { try EvaluationError.checkGrids(mask.grid, reference.grid) }
    let bins = Self.bins(probabilities.voxels, reference.labels, label, mask?.labels)
    let count = bins.reduce(0) { $0 + $1.count }
    let predicted = bins.reduce(0) { $0 + $1.probability }
    let referenced = bins.reduce(0) { $0 + $1.inReference }
    let agreed = bins.reduce(0) { $0 + $1.probabilityInReference }
    softDice = predicted + referenced > 0 ? 2 * agreed / (predicted + referenced) : empty.overlap
    guard count > 0 else { return }
    brier = bins.reduce(0) { $0 + $1.squares } / count
    calibrationError = bins.reduce(0) { $0 + abs($1.inReference - $1.probability) } / count
  }

  /// Sums over the voxels of one bin.
  private struct Bin {
    var count = 0.0
    var probability = 0.0
    var inReference = 0.0
    var probabilityInReference = 0.0
    /// Sum of (p − r)².
    var squares = 0.0
  }

  /// Returns the bins. Slabs of a fixed size are added in their order, which gives the same bits for any number of
  /// threads.
  private static func bins(
    _ probabilities: [Float], _ reference: [UInt16], _ label: UInt16, _ mask: [UInt16]?
  ) -> [Bin] {
    let partial = ParallelLoop.map(over: probabilities.count) { range in
      var bins = [Bin](repeating: Bin(), count: binCount)
      for index in range where mask.map({ $0[index] > 0 }) ?? true {
        let p = min(max(Double(probabilities[index]), 0), 1)
        let r = reference[index] == label ? 1.0 : 0
        let place = min(max(Int((p * Double(binCount)).rounded(.up)) - 1, 0), binCount - 1)
        bins[place].count += 1
        bins[place].probability += p
        bins[place].inReference += r
        bins[place].probabilityInReference += p * r
        bins[place].squares += (p - r) * (p - r)
      }
      return bins
    }
    return (0..<binCount).map { place in
      partial.reduce(into: Bin()) { sum, bins in
        sum.count += bins[place].count
        sum.probability += bins[place].probability
        sum.inReference += bins[place].inReference
        sum.probabilityInReference += bins[place].probabilityInReference
        sum.squares += bins[place].squares
      }
    }
  }
}
