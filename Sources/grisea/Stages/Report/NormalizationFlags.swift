import Files
import Foundation
import Reports

/// The quality of normalization in a report: what `normalization.tsv` says about each scan, and the scans to check.
struct NormalizationFlags: Sendable {
  /// The numbers of each scan, by the names of their columns.
  private let rows: [String: [String: Double]]

  /// Reads the table of a folder; without one there are no rows.
  /// - Throws: `ReportError.unreadable`.
  init(folder: String) throws(ReportError) {
    let path = NormalizationFiles.table(in: folder)
    guard FileManager.default.fileExists(atPath: path) else {
      rows = [:]
      return
    }
    let table = try ResultTable(contentsOf: path)
    let named = table.rows.compactMap { row in
      row["scan"].map { ($0, row.compactMapValues(Double.init)) }
    }
    rows = Dictionary(named) { first, _ in first }
  }

  var isEmpty: Bool { rows.isEmpty }

  /// The columns with their names and meanings.
  static let legend: [(column: String, name: String, meaning: String)] = [
    (
      "homogeneity", "Homogeneity",
      "Correlation of the normalized map with the mean of all others; low if the scan or its normalization differs"
    ),
    (
      "least_determinant", "Least determinant",
      "Smallest Jacobian determinant of the nonlinear transform in the brain; 0 or less is a fold"
    ),
    ("folded_voxels", "Folded voxels", "Number of voxels in the brain where the transform folds"),
    (
      "sd_log_determinant", "SD of log determinant",
      "Standard deviation of the logarithm of the Jacobian determinant in the brain: the amount of deformation"
    ),
    ("GM_dice", "Dice with the template", "Dice of the gray matter and that of the template"),
    (
      "mass_ratio", "Mass ratio",
      "Gray matter volume after normalization with full modulation over that of the scan"
    ),
  ]

  /// Returns a number of a scan.
  func value(_ column: String, of scan: String) -> Double? { rows[scan]?[column] }

  /// Deviation of the mass ratio from 1 from which a scan is to be checked.
  private static let massError = 0.02

  /// Returns why each scan is to be checked: folds, lost or gained volume, and outliers on the bad side of a measure.
  func reasons(_ scans: [String]) -> [(scan: String, reason: String)] {
    let folds = scans.compactMap { scan in
      value("folded_voxels", of: scan).flatMap {
        $0 > 0 ? (scan: scan, reason: "normalization: the transform folds in \(Int($0)) voxels") : nil
      }
    }
    let masses = scans.compactMap { scan in
      value("mass_ratio", of: scan).flatMap { ratio in
        abs(ratio - 1) > Self.massError
          ? (
            scan: scan,
            reason: String(
              format: "normalization: the mass ratio is %.3f, expected 1 within %g", ratio, Self.massError)
          ) : nil
      }
    }
    let columns = [("homogeneity", -1.0), ("GM_dice", -1), ("sd_log_determinant", 1)]
    return folds + masses
      + columns.flatMap { column, side in
        let values = scans.compactMap { scan in value(column, of: scan).map { (name: scan, value: $0) } }
        return Outlier.found(in: values).filter { ($0.deviation > 0) == (side > 0) }.map {
          (scan: $0.name, reason: "normalization: \($0.sentence(column))")
        }
      }
  }
}

/// A value far from the median of all scans.
struct Outlier {
  var name: String
  var value, median: Double
  /// In robust standard deviations: 1.4826 times the median absolute deviation.
  var deviation: Double

  /// Outliers are found where there are at least this many scans, by this distance from the median.
  private static let least = 10
  private static let limit = 3.5

  /// Returns the outliers among the values of all scans.
  static func found(in values: [(name: String, value: Double)]) -> [Outlier] {
    guard values.count >= least else { return [] }
    let middle = median(values.map(\.value))
    let spread = 1.4826 * median(values.map { abs($0.value - middle) })
    guard spread > 0 else { return [] }
    return values.map {
      Outlier(name: $0.name, value: $0.value, median: middle, deviation: ($0.value - middle) / spread)
    }.filter { abs($0.deviation) > limit }
  }

  func sentence(_ column: String) -> String {
    String(
      format: "%@ is %.4g, %.1f robust standard deviations from the median of %.4g", column, value,
      abs(deviation), median)
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}
