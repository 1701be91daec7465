import Batch
import Files
import Foundation
import Reports
import Segmentation

/// The scans to check first: failures, results of low quality, outliers by volume, and doubtful normalizations.
struct FlagList {
  /// A reason to check a scan.
  struct Flag {
    var name: String
    var reason: String
    /// Whether the page has a card of the scan.
    var hasCard: Bool
  }

  let flags: [Flag]

  private static let columns = ["GM_ml", "WM_ml", "ICV_ml", "GM_share"]

  init(_ subjects: [ReportSubject], failures: [StatusRow], normalization: NormalizationFlags) {
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
    let normalized = normalization.reasons(subjects.map(\.name)).map { scan, reason in
      Flag(name: scan, reason: reason, hasCard: true)
    }
    flags = failed + doubtful + Self.columns.flatMap { Self.outliers(subjects, $0) } + normalized
  }

  var names: Set<String> { Set(flags.map(\.name)) }

  func reasons(_ name: String) -> [String] { flags.filter { $0.name == name }.map(\.reason) }

  private static func outliers(_ subjects: [ReportSubject], _ column: String) -> [Flag] {
    let values = subjects.compactMap { subject in
      subject.volumes?.number(column).map { (name: subject.name, value: $0) }
    }
    return Outlier.found(in: values).map {
      Flag(name: $0.name, reason: $0.sentence(column), hasCard: true)
    }
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
        "None: no scan failed, none has a low quality, and no volume or normalization is an outlier.")
      : ReportTable(
        caption: "Failures, results of low quality, outliers by volume, and doubtful normalizations",
        columns: [.init("Scan", isNumber: false), .init("Reason", isNumber: false)], rows: rows)
    return ReportSection(id: "flags", title: "Scans to check first", [content])
  }
}
