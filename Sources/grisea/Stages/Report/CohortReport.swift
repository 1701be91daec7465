import Evaluation
import Files
import Foundation
import Imaging
import Reports
import Segmentation

/// `report.html`: all results in a folder, for visual quality control.
struct CohortReport {
  private let folder: ResultFolder
  private let version: String
  private var subjects: [ReportSubject]
  private var scores: ScoreTable?
  /// The curves of a training, where its log was given.
  var training: TrainingCurves?
  /// Further sections, before those of the subjects.
  var sections: [ReportSection] = []
  /// The tissues whose outlines are drawn.
  var layers = TissueLayer.grayMatter

  /// Creates a report.
  /// - Parameter version: that of the program.
  init(of folder: ResultFolder, version: String) {
    self.folder = folder
    self.version = version
    subjects = folder.subjects
  }

  /// The number of scans with a card.
  var subjectCount: Int { subjects.count }

  /// Compares labels with references.
  /// - Parameters:
  ///   - references: a file, a folder or a pattern, paired by subject.
  ///   - table: the table of the references' labels.
  ///   - warned: called where another built-in table fits the references' labels much better.
  ///   - failed: called for each file without scores.
  /// - Returns: whether any scan has scores.
  mutating func compare(
    with references: String, table: LabelTable, warned: (String) -> Void = { _ in },
    failed: (any Error) -> Void
  ) -> Bool {
    let (pairs, unpaired) = EvaluationPair.pairs(predictions: folder.path, references: references)
    unpaired.forEach(failed)
    let evaluator = Evaluator(referenceTable: table)
    var doubts: [LabelTableWarning] = []
    let scores = evaluator.scores(
      of: pairs, read: { try NIfTIImage(contentsOf: $0).labelMap() }, doubted: { doubts.append($0) },
      failed: failed)
    LabelTableWarning.sentences(doubts, of: pairs.count, options: ("--label-table", "--reference-table"))
      .forEach(warned)
    let rows = Dictionary(grouping: scores.rows, by: \.subject)
    for index in subjects.indices { subjects[index].scores = rows[subjects[index].subject.description] ?? [] }
    self.scores = scores
    return !rows.isEmpty
  }

  /// Draws the slices and writes the page, whole or not at all.
  /// - Parameter progress: called with the number of scans that have been drawn.
  func write(to path: String, progress: (Int) -> Void = { _ in }) throws {
    try AtomicFile.write(page(at: path, progress: progress).html, to: path)
  }

  private func page(at path: String, progress: (Int) -> Void) throws -> ReportPage {
    let flags = FlagList(subjects, failures: folder.failures, normalization: folder.normalization)
    var cards = SubjectCards(subjects, folder: path.parentFolder, flags: flags)
    cards.layers = layers
    cards.normalization = folder.normalization
    var all = [flags.section, SubjectTable(subjects).section] + sections
    all.append(cards.section(progress: progress))
    if let structures = try StructureSection(folder: folder.path) {
      all.append(structures.section(linkingTo: Set(subjects.map(\.name))))
    }
    if subjects.count > 1 {
      all.append(DistributionPlots(subjects, normalization: folder.normalization).section)
    }
    if let scores, !scores.rows.isEmpty { all.append(AgreementPlots(scores).section) }
    if let training { all.append(training.section) }
    all.append(MeasureLegend(hasNormalization: !folder.normalization.isEmpty).section)
    var page = ReportPage(
      title: "Gray matter of \(subjects.count == 1 ? subjects[0].name : "\(subjects.count) scans")",
      summary: summary(flags), sections: all, footer: "grisea \(version)")
    page.facts = ReportOrigin(subjects, folder: folder.path).facts
    return page
  }

  private func summary(_ flags: FlagList) -> String {
    let failures = folder.failures.count
    return "\(subjects.count) segmented, \(failures) failed, \(flags.names.count) to check first. "
      + "Check results with a quality below \(SegmentationQuality.threshold) visually before you use them."
  }
}
