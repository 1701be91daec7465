import ArgumentParser
import Batch
import Imaging
import Morphometry
import Numerics
import PipelineRunner

/// `grisea regions DIR --output DIR`
struct Regions: StageCommand, ReportingCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure gray matter in the regions of an atlas, in each scan's own space.",
    discussion: """
      Reads the transforms of `grisea normalize`. The atlas is brought onto each scan's own grid by the inverse \
      transform, and the probabilities of gray matter are summed in each region. Writes regions.tsv with one row for each \
      scan, in ml, and regions.json with the meaning of the columns. `grisea associate` takes the table as --features.

      The built-in atlas has cortex and cerebellum by hemisphere, and thalamus, caudate, putamen, pallidum, hippocampus, \
      amygdala and accumbens of both sides. Another atlas must lie in the space of the template.

      Example:
        grisea regions derivatives --output derivatives
      """)

  @Argument(help: "The folder of normalized scans, the --output of `grisea normalize`.")
  var folder: String

  @Option(
    help: ArgumentHelp(
      "Read the scans' own gray matter maps from this folder. (default: the folder of normalized scans)",
      valueName: "dir"))
  var maps: String?

  @Option(
    help: ArgumentHelp(
      "Use the transforms from this template, such as \(StandardTemplate.space), where scans were normalized to several.",
      valueName: "name"))
  var space: String?

  @OptionGroup var atlas: AtlasOptions

  @Option(name: .shortAndLong, help: "Write the table to this folder. It is created if it does not exist.")
  var output: String

  @OptionGroup var threads: ThreadOptions
  @OptionGroup var reporting: ReportingOptions

  private var scans: [RegionTable.Scan] {
    get throws { try RegionTable.scans(in: folder, space: space, maps: maps ?? folder) }
  }

  func run() throws {
    try OutputFolder.make(output)
    var table = try RegionTable(atlas.value, version: Grisea.configuration.version)
    if !reporting.quiet { StandardError.print(table.notice) }
    let scans = try scans
    let byMap = Dictionary(scans.map { ($0.gray, $0) }) { first, _ in first }
    let items = scans.map { WorkList.Item(subject: $0.name, operand: $0.gray) }
    let loop = ScanLoop(items: items, title: "scans measured", isSilent: reporting.quiet)
    let failure = Result {
      try ParallelLoop.limited(to: threads.count) {
        try loop.run { image, _ in
          if let scan = byMap[image.path] { try table.add(scan, image.volume) }
          return []
        }
      }
    }
    print(try table.write(to: output))
    try failure.get()
  }

  func declaration() throws -> StageDeclaration {
    // The transforms that an earlier stage writes are not known yet; its table is.
    StageDeclaration(
      inputs: [NormalizationFiles.table(in: folder)] + atlas.files,
      companions: ((try? scans) ?? []).flatMap { [$0.transform, $0.gray] },
      outputs: ["regions.tsv", "regions.json"].map(output.joined))
  }
}
