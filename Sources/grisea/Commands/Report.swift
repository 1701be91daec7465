import ArgumentParser
import Foundation
import Imaging
import PipelineRunner
import Reports

/// `grisea report FOLDER`
struct Report: StageCommand, ReportingCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes one HTML page about all results in a folder, to look through.",
    discussion: """
      The folder is one that `segment` or `bids` has filled. The page holds what to look at first, a table of all scans, \
      distributions, and for each scan its slices in three planes with the gray matter's outline, its volumes, its \
      quality and links to its files. It needs no network and no other file. With --association it tells too what of \
      the participants is predicted from their brains, and how far that could be chance.
      """)

  @Argument(help: "The folder with the results.")
  var folder: String

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "The scans, files or quoted patterns; those of `bids` are found without.", valueName: "scan"))
  var images: [String] = []

  @Option(help: "References to compare with: a file, a folder or a pattern, paired by subject.")
  var reference: String?

  @Option(help: "What the references' labels mean: bids, freesurfer, brainweb, ibsr, fsl or a TSV.")
  var referenceTable = "bids"

  @Option(help: ArgumentHelp("The table that `train` has written, for its curves.", valueName: "tsv"))
  var trainingLog: String?

  @OptionGroup var behaviour: BehaviourOptions

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The page. (default: report.html in the folder)", valueName: "html"))
  var output: String?

  @OptionGroup var reporting: ReportingOptions

  func validate() throws {
    do { _ = try LabelTable(nameOrPath: referenceTable) } catch { throw ValidationError("\(error)") }
  }

  func run() throws {
    try OutputFolder.check(forFile: path)
    var report = CohortReport(
      of: try ResultFolder(folder, images: images.flatMap { ImageFiles.labelMaps($0).paths }),
      version: Program.grisea.version)
    if let trainingLog { report.training = try TrainingCurves(contentsOf: trainingLog) }
    if let reference {
      let isCompared = report.compare(
        with: reference, table: try LabelTable(nameOrPath: referenceTable),
        warned: { StandardError.print("warning: \($0)") }, failed: { StandardError.print("\($0)") })
      guard isCompared else { throw ExitCode.failure }
    }
    if let found = try behaviour.report() { report.sections.append(found.section) }
    try report.write(to: path, isSilent: reporting.quiet)
    print(path)
  }

  private var path: String { output ?? Self.page(in: folder) }

  /// Where the page goes if nobody says.
  static func page(in folder: String) -> String {
    (folder as NSString).appendingPathComponent("report.html")
  }

  func declaration() throws -> StageDeclaration {
    let words = images + [reference].compactMap { $0 }
    let tables = LabelTable.named(referenceTable) == nil ? [referenceTable] : []
    let files = words.filter { !ImageFiles.isPattern($0) } + tables + behaviour.files
    return StageDeclaration(
      // What changes when a result does; the folder itself holds the page too.
      inputs: [volumes] + files + [trainingLog].compactMap { $0 },
      inputPatterns: words.filter(ImageFiles.isPattern), outputs: [path])
  }

  /// The table of all volumes: `segment` writes one name, the group level of `bids` another.
  private var volumes: String {
    let group = (folder as NSString).appendingPathComponent(GroupVolumes.fileName)
    return FileManager.default.fileExists(atPath: group)
      ? group : (folder as NSString).appendingPathComponent("volumes.tsv")
  }
}

extension CohortReport {
  /// Writes the page, and tells how far it is.
  func write(to path: String, isSilent: Bool) throws {
    var progress = Progress("scans drawn", total: subjectCount, isSilent: isSilent)
    try write(to: path) { progress.update($0) }
    progress.finish()
  }
}
