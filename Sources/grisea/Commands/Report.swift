import ArgumentParser
import Batch
import Files
import Foundation
import Imaging
import PipelineRunner
import Reports

/// `grisea report FOLDER`
struct Report: StageCommand, ReportingCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write one HTML page about all results in a folder.",
    discussion: """
      The folder is the output of `segment` or `bids`. The page lists the scans to check first, all scans in a table, \
      for each scan slices in three planes with the outline of the gray matter, volumes, quality and links to the files, \
      and distributions. Scans can be rated in the page. It needs no network and no other file. With --association it \
      also shows what is predicted from the brains of the participants, with --vbm the results of voxelwise tests.

      Examples:
        grisea report out
        grisea report out --reference 'truth/*_dseg.nii.gz' --output page.html
        grisea report derivatives --vbm vbm-age
      """)

  @Argument(help: "The folder with the results.")
  var folder: String

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Draw these scans: files, folders or quoted patterns. Those of `bids` are found automatically.",
      valueName: "scan"))
  var images: [String] = []

  @Option(help: "Compare with these references: a file, a folder or a quoted pattern, paired by subject.")
  var reference: String?

  @Option(help: "Read the references' labels by this table: bids, freesurfer, brainweb, ibsr, fsl or a TSV.")
  var referenceTable = "bids"

  @Option(help: ArgumentHelp("Plot the curves of this table, which `train` has written.", valueName: "tsv"))
  var trainingLog: String?

  @OptionGroup var outlines: OutlineOptions

  @Option(
    help: ArgumentHelp(
      "Add a section about this folder of `grisea vbm`. Can be given several times.", valueName: "dir"))
  var vbm: [String] = []

  @OptionGroup(title: "Brain and behaviour") var behaviour: BehaviourOptions

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Write this page. (default: report.html in the folder)", valueName: "html"))
  var output: String?

  @OptionGroup var reporting: ReportingOptions

  func validate() throws {
    try LabelTableOptions.check(referenceTable)
  }

  func run() throws {
    try OutputFolder.make(forFile: path)
    var report = CohortReport(
      of: try ResultFolder(folder, images: ImageOperands(images, .scans).items(isSilent: true)),
      version: Program.grisea.version)
    if let trainingLog { report.training = try TrainingCurves(contentsOf: trainingLog) }
    if let reference {
      let isCompared = report.compare(
        with: reference, table: try LabelTable(nameOrPath: referenceTable),
        warned: { StandardError.print("warning: \($0)") }, failed: { StandardError.print("\($0)") })
      guard isCompared else { throw ExitCode.failure }
    }
    report.layers = outlines.layers
    for (number, folder) in vbm.enumerated() {
      report.sections.append(try VoxelwiseSection(contentsOf: folder).section(number: number + 1))
    }
    if let found = try behaviour.report() { report.sections.append(found.section) }
    try report.write(to: path, isSilent: reporting.quiet)
    print(path)
  }

  private var path: String { output ?? Self.page(in: folder) }

  /// Returns the page's default path.
  static func page(in folder: String) -> String { folder.joined("report.html") }

  func declaration() throws -> StageDeclaration {
    let words = images + [reference].compactMap { $0 }
    let tables = LabelTable.named(referenceTable) == nil ? [referenceTable] : []
    let files =
      words.filter { !ImageFiles.isPattern($0) } + tables + behaviour.files
      + vbm.flatMap(VoxelwiseFiles.results)
    return StageDeclaration(
      // The table changes whenever a result does. The folder itself would not do, as it holds the page too.
      inputs: [volumes] + files + [trainingLog].compactMap { $0 },
      inputPatterns: words.filter(ImageFiles.isPattern), companions: tablesIfPresent, outputs: [path])
  }

  /// The tables that the page shows if the folder has them.
  private var tablesIfPresent: [String] {
    [
      NormalizationFiles.table(in: folder), StructureTable.path(in: folder),
      folder.joined(StructureTable.groupFileName), StatusTable(folder: folder).path,
    ]
  }

  /// The table of all volumes: that of the group level of `bids`, or that of `segment`.
  private var volumes: String {
    let group = folder.joined(GroupVolumes.fileName)
    return FileManager.default.fileExists(atPath: group) ? group : folder.joined("volumes.tsv")
  }
}

extension CohortReport {
  /// Writes the page and shows the progress.
  func write(to path: String, isSilent: Bool) throws {
    var progress = Progress("scans drawn", total: subjectCount, isSilent: isSilent)
    try write(to: path) { progress.update($0) }
    progress.finish()
  }
}
