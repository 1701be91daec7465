import BIDS
import Evaluation
import Files
import Foundation
import Imaging
import Reports
import Segmentation

/// The cards of all scans: slices, numbers, and links to their files.
struct SubjectCards {
  private let subjects: [ReportSubject]
  /// The folder of the page, to which links are relative.
  private let folder: String
  private let flags: FlagList

  init(_ subjects: [ReportSubject], folder: String, flags: FlagList) {
    self.subjects = subjects
    self.folder = folder
    self.flags = flags
  }

  /// Draws the cards.
  /// - Parameter progress: called with the number of cards that have been drawn.
  func section(progress: (Int) -> Void) -> ReportSection {
    var cards: [any ReportContent] = [
      ReportParagraph(
        "The outline is that of gray matter. Axial slices are seen from above and coronal ones from behind, so that "
          + "the right side of the body is on the right; sagittal ones look to the left, the face on the right."
      )
    ]
    for (index, subject) in subjects.enumerated() {
      cards.append(card(subject))
      progress(index + 1)
    }
    return ReportSection(id: "cards", title: "Scan by scan", cards)
  }

  private func card(_ subject: ReportSubject) -> ReportCard {
    var card = ReportCard(name: subject.name)
    if let score = subject.score {
      card.verdict = String(
        format: "Quality %.2f: %@", score,
        subject.isDoubtful
          ? "check it visually before you use it" : score < 1 ? "minor warnings" : "no warnings")
    }
    let flagged = flags.reasons(subject.name).filter { !$0.hasPrefix("quality ") }
    card.doubts = subject.doubts + flagged
    card.isDoubtful = subject.isDoubtful || !flagged.isEmpty
    do {
      card.views = try views(subject)
      if card.views == nil {
        card.note = "No picture: the path of the scan is not known; give it with --images."
      }
    } catch {
      card.note = "No picture: \(error)"
    }
    card.facts = volumes(subject) + scores(subject) + measures(subject)
    card.links = (subject.files + [subject.scan].compactMap { $0 }).map { path in
      .init(path.lastComponent, address: DerivativeDescription.link(from: folder, to: path))
    }
    return card
  }

  private func views(_ subject: ReportSubject) throws -> SliceViews? {
    guard let scan = subject.scan else { return nil }
    let gray = Tissue.grayMatter.rawValue
    var mask = try NIfTIImage(contentsOf: subject.labels).labelMap()
    mask.labels = mask.labels.map { $0 == gray ? 1 : 0 }
    let sheet = try SliceSheet(
      scan: NIfTIImage(contentsOf: scan).volume, mask: mask, options: Self.detail(subjects.count))
    return SliceViews(
      scan: sheet.scan, mask: sheet.mask, width: sheet.width, height: sheet.height, gap: SliceSheet.gap,
      strips: sheet.strips.map { strip in
        .init(
          name: strip.plane.rawValue.capitalized, top: strip.top, width: strip.width, height: strip.height,
          count: strip.count)
      })
  }

  /// As fine as a page of some 25 MB lets the slices of so many scans be.
  private static func detail(_ count: Int) -> SliceSheet.Options {
    var options = SliceSheet.Options()
    if count > 40 { (options.slicesPerPlane, options.pixelSize, options.shades) = (12, 2, 48) }
    if count > 120 { (options.slicesPerPlane, options.pixelSize, options.shades) = (6, 2.5, 32) }
    return options
  }

  private func volumes(_ subject: ReportSubject) -> [ReportCard.Fact] {
    ["GM_ml", "WM_ml", "CSF_ml", "ICV_ml"].compactMap { column in
      subject.volumes?.number(column).map {
        .init(SubjectTable.words(column), String(format: "%.1f", $0))
      }
    }
  }

  private func scores(_ subject: ReportSubject) -> [ReportCard.Fact] {
    subject.scores.flatMap { row -> [ReportCard.Fact] in
      let measures: [(ScoreMeasure, String)] = [(.dice, "Dice"), (.hausdorff95, "HD95 mm")]
      return measures.compactMap { measure, name in
        measure.value(of: row.scores).finite.map {
          .init("\(name) \(row.label.name)", String(format: "%.3f", $0))
        }
      }
    }
  }

  private func measures(_ subject: ReportSubject) -> [ReportCard.Fact] {
    QualityMeasure.columns.compactMap { measure in
      subject.volumes?.number(measure.rawValue).map {
        .init(SubjectTable.words(measure.rawValue), String(format: "%.3g", $0))
      }
    }
  }
}
