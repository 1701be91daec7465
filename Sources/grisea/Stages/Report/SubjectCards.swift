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
  /// The tissues whose outlines are drawn.
  var layers = TissueLayer.grayMatter
  /// The quality of the scans' normalization.
  var normalization: NormalizationFlags?

  init(_ subjects: [ReportSubject], folder: String, flags: FlagList) {
    self.subjects = subjects
    self.folder = folder
    self.flags = flags
  }

  /// Draws the cards.
  /// - Parameter progress: called with the number of cards that have been drawn.
  func section(progress: (Int) -> Void) -> ReportSection {
    var cards: [any ReportContent] = [
      ReportKey(
        layers.map { (name: $0.name, colour: $0.colour) },
        text:
          "Outlines. Slices are shown by the neurological convention: the left side of the body (L) is on the left, "
          + "as seen from above in axial and from behind in coronal slices. In sagittal slices the back of the head (P, "
          + "posterior) is on the left, the face (A, anterior) on the right."),
      ReportRatings(),
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
    card.facts = volumes(subject) + scores(subject) + measures(subject) + normalized(subject)
    card.links = (subject.files + [subject.scan].compactMap { $0 }).map { path in
      .init(path.lastComponent, address: DerivativeDescription.link(from: folder, to: path))
    }
    return card
  }

  private func views(_ subject: ReportSubject) throws -> SliceViews? {
    guard let scan = subject.scan else { return nil }
    var options = Self.detail(subjects.count)
    options.layers = layers
    let sheet = try SliceSheet(
      scan: NIfTIImage(contentsOf: scan).volume, labels: NIfTIImage(contentsOf: subject.labels).labelMap(),
      options: options)
    return SliceViews(
      scan: sheet.scan,
      layers: sheet.tissues.map { .init(name: $0.layer.name, colour: $0.layer.colour, png: $0.png) },
      width: sheet.width, height: sheet.height, gap: SliceSheet.gap,
      strips: sheet.strips.map { strip in
        .init(
          name: strip.plane.rawValue.capitalized, top: strip.top, width: strip.width, height: strip.height,
          count: strip.count, left: strip.left, right: strip.right)
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
    let parts = ["cortical_GM_ml", "subcortical_GM_ml", "cerebellar_GM_ml"]
    return (["GM_ml", "WM_ml", "CSF_ml", "ICV_ml"] + parts).compactMap { column in
      subject.volumes?.number(column).map {
        .init(
          SubjectTable.words(column), String(format: "%.1f", $0), meaning: MeasureLegend.meaning(column))
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
        .init(
          SubjectTable.words(measure.rawValue), String(format: "%.3g", $0),
          meaning: MeasureLegend.meaning(measure.rawValue))
      }
    }
  }

  private func normalized(_ subject: ReportSubject) -> [ReportCard.Fact] {
    NormalizationFlags.legend.compactMap { column, name, meaning in
      normalization?.value(column, of: subject.name).map {
        .init(name, String(format: "%.4g", $0), meaning: meaning)
      }
    }
  }
}
