import ArgumentParser
import Batch
import Files
import Foundation
import Imaging
import PipelineRunner
import Segmentation

/// `grisea segment IMAGE… --model FILE --output DIR`
struct Segment: StageCommand, ReportingCommand {
  static let configuration = CommandConfiguration(
    abstract: "Finds gray matter, white matter and cerebrospinal fluid in scans.",
    discussion: """
      For sub-01_T1w.nii.gz it writes sub-01_dseg.nii.gz (1 GM, 2 WM, 3 CSF), sub-01_label-GM_mask.nii.gz and \
      sub-01_desc-brain_mask.nii.gz on the scan's own grid, a JSON file beside each image, and rows of volumes.tsv and \
      status.tsv. One scan that cannot be read does not stop the others. Scans whose results are there and unchanged, \
      and follow from the same scan, model, arguments and version, are not segmented again.
      """)

  @Argument(help: "Scans to segment, NIfTI.")
  var images: [String] = []

  @Option(
    help: ArgumentHelp(
      "A model inside the program, or the file of one that `grisea train` has written.",
      valueName: "accurate | fast | safetensors"))
  var model = BuiltInModel.standard.rawValue

  @Option(name: .shortAndLong, help: "Folder for the results; it is made if its parent exists.")
  var output: String

  @Flag(help: "Write the probability of each tissue too, as sub-01_label-GM_probseg.nii.gz and so on.")
  var probabilities = false

  @Flag(help: "Write where the network is in doubt, 0 to 1, as sub-01_desc-entropy_probseg.nii.gz.")
  var entropy = false

  @Flag(
    help:
      "Write where gray matter is cortical (8), subcortical (9) and cerebellar (12) too, as sub-01_seg-parts_dseg.nii.gz, and these volumes."
  )
  var parts = false

  @Flag(help: "Write probabilities in steps of 1/255, a quarter of the size, instead of float32.")
  var compact = false

  @Flag(inversion: .prefixedNo, help: "Keep only the largest connected piece of what is not background.")
  var largestComponent = true

  @Flag(help: "Draw the gray matter's outline over slices of the scan, as sub-01_dseg.png.")
  var picture = false

  @Flag(help: "Write report.html too, about all results in the folder.")
  var report = false

  @OptionGroup var redo: ForceOptions

  @Flag(help: "Say how each scan would go through the network and what memory that takes; do nothing.")
  var dryRun = false

  @OptionGroup var executor: ExecutorOptions
  @OptionGroup var jobs: JobOptions
  @OptionGroup var memory: MemoryOptions
  @OptionGroup var precision: PrecisionOptions
  @OptionGroup var views: ViewOptions
  @OptionGroup var threads: ThreadOptions
  @OptionGroup var reporting: ReportingOptions

  func validate() throws {
    try executor.check(images)
    guard !compact || probabilities || entropy else {
      throw ValidationError(
        "--compact says how --probabilities and --entropy are written; give one of them too")
    }
    guard !report || executor.isWhole else {
      throw ValidationError("--report needs the whole batch; `grisea report` makes it when all is collected")
    }
  }

  mutating func run() throws {
    let network = try SegmentationModel(nameOrPath: model)
    if executor.executor == .slurm && !dryRun {
      try OutputFolder.make(output)
      if !redo.force { try SegmentationBatch.check(tasks, in: output) }
      return try ClusterRun(output: output, isSilent: reporting.quiet).submit(
        WorkList.items(images), stage: SegmentationBatch.stage, operands: images,
        request: .segmentation(configuration(for: network), threads: threads.threads), executor)
    }
    images = try executor.items { WorkList.items(images) }.map(\.operand)
    let share = MachineShare(
      items: images.count, jobs: jobs.jobs, memory: memory.byteCount, cores: threads.count)
    let configuration = configuration(for: network, limit: memory.limit(jobs: share.jobs.count))
    if dryRun {
      let segmenter = try Segmenter(network, configuration, threads: threads.count)
      let finder = parts ? try PartFinder(precision: precision.value, threads: threads.count) : nil
      return try InferencePlanTable(segmenter, parts: finder, memory: memory.option).print(for: images)
    }
    try OutputFolder.make(output)
    // Files of these names that are no such tables are better known now than after the first scan.
    _ = try VolumeTable(contentsOf: volumes)
    _ = try StatusTable(folder: output, shard: executor.shard).rows()
    try segment(
      SegmentationBatch(try recipe(configuration), model: network, folder: output, shard: executor.shard),
      share)
  }

  private func segment(_ batch: SegmentationBatch, _ share: MachineShare) throws {
    let plan = try batch.plan(tasks, force: redo.force)
    try precision.announce(isSilent: reporting.quiet)
    let batchReport = BatchReport("scans segmented", plan, isSilent: reporting.quiet)
    share.take(isSilent: reporting.quiet)
    let summary = try batch.run(tasks, plan, jobs: share.jobs, memory: memory.option) { batchReport.tell($0) }
    if summary.done + summary.skipped > 0 { try LabelDescription.write(to: output) }
    if report { try writeReport() }
    try batchReport.finish(summary, footers: [volumes] + page) {
      CommandLine.command(replacing: images, with: $0.map(\.scan))
    }
  }

  /// The report's path, if it is asked for.
  private var page: [String] { report ? [Report.page(in: output)] : [] }

  private func writeReport() throws {
    let results = try ResultFolder(output, images: images)
    try CohortReport(of: results, version: Program.grisea.version)
      .write(to: Report.page(in: output), isSilent: reporting.quiet)
  }

  /// The table of volumes; while the batch is divided, this part's.
  private var volumes: String {
    executor.shard?.volumes(in: output) ?? (output as NSString).appendingPathComponent(VolumeTable.fileName)
  }

  /// - Parameter limit: bytes that each job may hold, where that is not what it usually holds.
  private func configuration(
    for network: SegmentationModel, limit: Int? = nil
  ) -> Segmenter.Configuration {
    var configuration = Segmenter.Configuration(precision: precision.value)
    configuration.memoryLimit = limit ?? memory.byteCount
    configuration.preferredMemory = memory.byteCount
    configuration.views = views.count(for: network)
    return configuration
  }

  private func recipe(_ configuration: Segmenter.Configuration) throws -> SegmentationRecipe {
    var options = SegmentationRecipe.Options()
    options.probabilities = probabilities
    options.entropy = entropy
    options.parts = parts
    options.compact = compact
    options.largestComponent = largestComponent
    options.picture = picture
    return SegmentationRecipe(
      model: try ModelIdentity(nameOrPath: model), configuration: configuration, options: options,
      program: try Program.grisea.identity())
  }

  private var tasks: [SegmentationTask] {
    images.map { scan in
      SegmentationTask(
        subject: BatchSubject(name: ScanName(path: scan).stem, scan: scan), files: files(of: scan),
        source: scan.lastComponent)
    }
  }

  private func files(of scan: String) -> SegmentationFiles {
    SegmentationFiles(
      scan: scan, folder: output, probabilities: probabilities, entropy: entropy, parts: parts,
      picture: picture,
      volumes: volumes)
  }

  func declaration() throws -> StageDeclaration {
    let scans = images + executor.listed.map(\.operand)
    let files = scans.map(files)
    return StageDeclaration(
      inputs: scans + executor.files + (BuiltInModel(rawValue: model) == nil ? [model] : []),
      outputs: files.flatMap { $0.ownPaths + $0.sidecars },
      updates: [volumes, StatusTable(folder: output).path] + page + LabelDescription.paths(in: output),
      memory: memory.byteCount)
  }
}
