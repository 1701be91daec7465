import Evaluation
import Files
import Foundation
import Imaging
import Reports

/// The table of all scans: quality, volumes, and scores where there is a reference.
struct SubjectTable {
  private let subjects: [ReportSubject]

  init(_ subjects: [ReportSubject]) { self.subjects = subjects }

  private static let volumes = ["GM_ml", "WM_ml", "CSF_ml", "ICV_ml"]
  private static let tissues: [ScoredLabel] = [.grayMatter, .whiteMatter, .csf]

  private var hasScores: Bool { subjects.contains { !$0.scores.isEmpty } }

  var section: ReportSection {
    var columns = [ReportTable.Column("Scan", isNumber: false), .init("Quality")]
    columns += Self.volumes.map { .init(Self.words($0)) } + [.init("GM / ICV")]
    if hasScores {
      columns += Self.tissues.map { .init("Dice \($0.name)") } + [.init("HD95 GM mm"), .init("ASSD GM mm")]
    }
    let table = ReportTable(
      caption: "All scans; click a heading to sort by its column", columns: columns,
      rows: subjects.map(row))
    return ReportSection(id: "scans", title: "Scans", [table])
  }

  private func row(_ subject: ReportSubject) -> ReportTable.Row {
    func text(_ value: Double?, _ digits: Int) -> String {
      TableCell.text(value, "%.\(digits)f")
    }
    var cells = [subject.name, text(subject.score, 3)]
    cells += Self.volumes.map { text(subject.volumes?.number($0), 1) }
    cells.append(text(subject.volumes?.number("GM_share"), 3))
    if hasScores {
      cells += Self.tissues.map { text(subject.value(of: .dice, $0), 4) }
      cells += [ScoreMeasure.hausdorff95, .averageSurfaceDistance].map {
        text(subject.value(of: $0, .grayMatter), 2)
      }
    }
    return ReportTable.Row(
      cells, link: "#" + ReportCard.id(of: subject.name), isDoubtful: subject.isDoubtful)
  }

  /// Returns the heading of a column: `GM ml` for `GM_ml`.
  static func words(_ column: String) -> String { column.replacing("_", with: " ") }
}
