import Batch
import Files
import Foundation
import Reports
import Segmentation

/// The scans to check first: failures, results of low quality, and outliers by volume.
struct FlagList {
  /// A reason to check a scan.
  struct Flag {
    var name: String
    var reason: String
    /// Whether the page has a card of the scan.
    var hasCard: Bool
  }

  let flags: [Flag]

  /// Outliers are found where there are at least this many scans, by robust standard deviations from the median (1.4826
  /// times the median absolute deviation).
  private static let least = 10
  private static let limit = 3.5
  private static let columns = ["GM_ml", "WM_ml", "ICV_ml", "GM_share"]

  init(_ subjects: [ReportSubject], failures: [StatusRow]) {
    let failed = failures.map { row in
      Flag(
        name: row.subject, reason: "failed: \(row.reason)",
        hasCard: subjects.contains { $0.name == row.subject })
    }
    let doubtful = subjects.filter(\.isDoubtful).sorted { ($0.score ?? 0) < ($1.score ?? 0) }.map { subject in
      let score = String(format: "quality %.2f", subject.score ?? 0)
      return Flag(
        name: subject.name, reason: ([score] + subject.doubts).joined(separator: "; "), hasCard: true)
    }
    flags = failed + doubtful + Self.columns.flatMap { Self.outliers(subjects, $0) }
  }

  var names: Set<String> { Set(flags.map(\.name)) }

  func reasons(_ name: String) -> [String] { flags.filter { $0.name == name }.map(\.reason) }

  private static func outliers(_ subjects: [ReportSubject], _ column: String) -> [Flag] {
    let values = subjects.compactMap { subject in subject.volumes?.number(column).map { (subject.name, $0) } }
    guard values.count >= least else { return [] }
    let middle = median(values.map(\.1))
    let spread = 1.4826 * median(values.map { abs($0.1 - middle) })
    guard spread > 0 else { return [] }
    return values.filter { abs($0.1 - middle) > limit * spread }.map { name, value in
      let reason = String(
        format: "%@ is %.4g, %.1f robust standard deviations from the median of %.4g", column, value,
        abs(value - middle) / spread, middle)
      return Flag(name: name, reason: reason, hasCard: true)
    }
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  var section: ReportSection {
    let rows = flags.map { flag in
      ReportTable.Row(
        [flag.name, flag.reason], link: flag.hasCard ? "#" + ReportCard.id(of: flag.name) : nil,
        isDoubtful: true)
    }
    let content: any ReportContent =
      flags.isEmpty
      ? ReportParagraph(
        "None: no scan failed, none has a low quality, and no volume is an outlier.")
      : ReportTable(
        caption: "Failures, results of low quality, and outliers by volume",
        columns: [.init("Scan", isNumber: false), .init("Reason", isNumber: false)], rows: rows)
    return ReportSection(id: "flags", title: "Scans to check first", [content])
  }
}
