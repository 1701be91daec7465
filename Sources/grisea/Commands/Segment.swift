import ArgumentParser
import Batch
import Files
import Imaging
import PipelineRunner
import Segmentation

/// `grisea segment IMAGE… --model FILE --output DIR`
struct Segment: StageCommand, ReportingCommand {
  static let configuration = CommandConfiguration(
    abstract: "Segment gray matter, white matter and cerebrospinal fluid in T1-weighted scans.",
    discussion: """
      Writes sub-01_dseg.nii.gz (1 GM, 2 WM, 3 CSF), sub-01_label-GM_mask.nii.gz and \
      sub-01_desc-brain_mask.nii.gz for sub-01_T1w.nii.gz, on the scan's own grid, with a JSON file beside each image, \
      and rows of volumes.tsv and status.tsv. A scan that fails does not stop the others. Scans whose outputs are up to \
      date (same scan, model, options and version) are skipped.

      Examples:
        grisea segment sub-01_T1w.nii.gz --output out
        grisea segment data --probabilities --report --output out
        grisea segment 'subjects/**/T1.mgz' --output out --executor slurm --detach
      """)

  @Argument(
    help: "T1-weighted scans: files (NIfTI, Analyze or MGH), folders of NIfTI files, or quoted patterns.")
  var images: [String] = []

  @OptionGroup var list: ListOptions

  @OptionGroup(title: "Outputs") var results: SegmentOutputOptions
  @OptionGroup(title: "Outputs") var redo: ForceOptions
  @OptionGroup(title: "Computing") var inference: InferenceOptions
  @OptionGroup(title: "Computing") var threads: ThreadOptions
  @OptionGroup(title: "Computing") var jobs: JobOptions
  @OptionGroup(title: "Computing") var memory: MemoryOptions

  @Flag(help: "Print the processing plan and the memory of each scan, without segmenting it.")
  var dryRun = false

  @OptionGroup(title: "Cluster") var executor: ExecutorOptions
  @OptionGroup var reporting: ReportingOptions

  func validate() throws {
    try executor.check(operands)
    guard !results.report || executor.isWhole else {
      throw ValidationError("--report needs the whole batch; run `grisea report` after `grisea collect`")
    }
  }

  func run() throws {
    let network = try SegmentationModel(nameOrPath: inference.model)
    let scans = try executor.items { try operands.items(isSilent: reporting.quiet) }
    if dryRun { return try printPlan(network, scans) }
    try OutputFolder.make(results.output)
    if executor.submits { return try submit(network, scans) }
    let share = share(of: scans)
    let stage = try inference.stage(
      network, outputs, memory.memory(jobs: share.jobs.count), folder: results.output, shard: executor.shard)
    let subjects = try stage.plan(stage.subjects(scans), force: redo.force)
    try inference.precision.announce(isSilent: reporting.quiet)
    share.announce(isSilent: reporting.quiet)
    let report = BatchReport("scans segmented", subjects, isSilent: reporting.quiet)
    let summary = try stage.run(subjects, jobs: share.jobs) { report.show($0) }
    if summary.done + summary.skipped > 0 {
      try LabelDescription.write(to: results.output, structures: results.structures)
      if executor.isWhole { try StructureTable(ofScansIn: results.output)?.write() }
    }
    if results.report {
      var page = CohortReport(
        of: try ResultFolder(results.output, images: scans), version: Program.grisea.version)
      page.layers = results.outlines.layers
      try page.write(to: Report.page(in: results.output), isSilent: reporting.quiet)
    }
    try report.finish(summary, footers: [results.volumes(of: executor.shard)] + results.page)
  }

  private func printPlan(_ network: SegmentationModel, _ scans: [WorkList.Item]) throws {
    let memory = memory.memory(jobs: share(of: scans).jobs.count)
    try InferencePlanTable(
      inference.recipe(network, outputs, memory), model: network, threads: threads.count,
      memory: memory.option
    ).print(for: scans.map(\.operand))
  }

  private func submit(_ network: SegmentationModel, _ scans: [WorkList.Item]) throws {
    let memory = memory.memory(jobs: nil)
    let stage = try inference.stage(network, outputs, memory, folder: results.output, shard: nil)
    if !redo.force { try stage.check(stage.subjects(scans)) }
    let recipe = try inference.recipe(network, outputs, memory)
    try ClusterRun(output: results.output, isSilent: reporting.quiet).submit(
      scans, stage: SegmentationStage.name,
      request: .segmentation(recipe.configuration, threads: threads.threads), executor)
  }

  private var operands: ImageOperands { ImageOperands(images, list: list.list, .scans) }

  private func share(of scans: [WorkList.Item]) -> MachineShare {
    MachineShare(items: scans.count, jobs: jobs.jobs, memory: memory.byteCount, cores: threads.count)
  }

  private var outputs: SegmentationOutputs { results.outputs(of: executor.shard) }

  func declaration() throws -> StageDeclaration {
    let scans = operands.itemsNow + executor.listed
    let files = scans.map { outputs.files(stem: results.output.joined($0.subject)) }
    return StageDeclaration(
      inputs: operands.inputs + executor.listed.map(\.operand) + executor.files + inference.files,
      inputPatterns: operands.patterns, companions: ImageOperands.companions(of: scans.map(\.operand)),
      outputs: files.flatMap { $0.ownPaths + $0.sidecars },
      updates: results.tables(of: executor.shard),
      memory: memory.byteCount)
  }
}
