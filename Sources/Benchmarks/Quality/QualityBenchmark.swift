import Evaluation
import Files
import Foundation
import Imaging
import Segmentation

/// Whether quality's score tells results that are as they should be from those of corrupted scans and labels.
///
/// `GRISEA_SCANS` holds patterns of scans. Each is segmented as it is, and once more for each way to corrupt it; labels
/// are corrupted without the network. Beside the area under the ROC curve stands the median Dice of gray matter with what
/// was found in the scan as it is: some corruptions harm less than others.
enum QualityBenchmark {
  private struct Case {
    var kind: String
    var quality: SegmentationQuality
    /// Of gray matter, with the undisturbed result at the same voxels; `nil` where the voxels are others.
    var dice: Double?
  }

  static func run() throws {
    let patterns =
      ProcessInfo.processInfo.environment["GRISEA_SCANS"] ?? "sample-data/sub-*/anat/*_T1w.nii.gz"
    let scans = patterns.split(whereSeparator: \.isWhitespace).flatMap { ImageFiles.matches(of: String($0)) }
    let segmenter = try Segmenter(try BuiltInModel.fast.model())
    var good: [Case] = []
    var bad: [Case] = []
    for (number, path) in scans.enumerated() {
      let scan = try NIfTIImage(contentsOf: path).volume
      let found = try segment(scan, segmenter)
      good.append(Case(kind: "as it is", quality: found.quality, dice: 1))
      printCase(path, found.quality)
      for corruption in ScanCorruption.allCases {
        let other = try segment(corruption.applied(to: scan, seed: UInt64(number)), segmenter)
        let dice = try dice(other.result.labels, found.result.labels)
        bad.append(Case(kind: corruption.rawValue, quality: other.quality, dice: dice))
        if other.quality.score > 0.2 { printCase("  " + corruption.rawValue, other.quality, dice) }
      }
      for corruption in LabelCorruption.allCases {
        let labels = corruption.applied(to: found.result.labels, seed: UInt64(number))
        let other = Segmentation(labels: labels, probabilities: found.result.probabilities)
        let quality = SegmentationQuality(other, scan: scan, brain: other.brainMask)
        let dice = try dice(labels, found.result.labels)
        bad.append(Case(kind: corruption.rawValue, quality: quality, dice: dice))
        if quality.score > 0.2 { printCase("  " + corruption.rawValue, quality, dice) }
      }
    }
    printTable(good: good, bad: bad)
  }

  private static func segment(
    _ scan: Volume, _ segmenter: Segmenter
  ) throws -> (result: Segmentation, quality: SegmentationQuality) {
    var result = try segmenter.segment(scan)
    result.keepLargestComponent()
    return (result, SegmentationQuality(result, scan: scan, brain: result.brainMask))
  }

  private static func dice(_ labels: LabelMap, _ truth: LabelMap) throws -> Double? {
    guard labels.grid.shape == truth.grid.shape else { return nil }
    let here = LabelMap(grid: truth.grid, labels: labels.labels)
    let counts = try ConfusionCounts.counts(of: [1], prediction: here, reference: truth)
    return SegmentationScores(counts[0], voxelVolume: 1).dice
  }

  private static func printCase(_ name: String, _ quality: SegmentationQuality, _ dice: Double? = nil) {
    let values = QualityMeasure.allCases.map { measure in
      "\(measure.rawValue) " + (quality.values[measure].map { String(format: "%.2f", $0) } ?? "n/a")
    }
    let dice = dice.map { String(format: " Dice %.2f", $0) } ?? ""
    print(name, String(format: "%.3f", quality.score) + dice, values.joined(separator: ", "))
  }

  private static func printTable(good: [Case], bad: [Case]) {
    let threshold = SegmentationQuality.threshold
    print("\n\(good.count) results as they are, \(good.count { $0.quality.isDoubtful }) below \(threshold)")
    print("corruption\tcases\tbelow \(threshold)\tmedian score\tmedian Dice\tAUC")
    let kinds = Dictionary(grouping: bad, by: \.kind)
    for (kind, cases) in kinds.sorted(by: { $0.key < $1.key }) + [("all", bad)] {
      let dice = cases.compactMap(\.dice)
      print(
        [
          kind, "\(cases.count)", "\(cases.count { $0.quality.isDoubtful })",
          String(format: "%.3f", median(cases.map(\.quality.score))),
          dice.isEmpty ? "n/a" : String(format: "%.2f", median(dice)),
          String(format: "%.4f", area(good.map(\.quality.score), bad: cases.map(\.quality.score))),
        ].joined(separator: "\t"))
    }
  }

  private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

  /// Of all pairs of a good and a bad case, the share in which the good one has the higher score; ties count half
  /// (Mann and Whitney).
  private static func area(_ good: [Double], bad: [Double]) -> Double {
    let wins = good.reduce(0.0) { sum, g in
      sum + bad.reduce(0.0) { $0 + (g > $1 ? 1 : g == $1 ? 0.5 : 0) }
    }
    return wins / Double(good.count * bad.count)
  }
}
