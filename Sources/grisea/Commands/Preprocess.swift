import ArgumentParser
import Batch
import Imaging
import PipelineRunner

/// `grisea preprocess IMAGE… --output DIR`
struct Preprocess: StageCommand, ReportingCommand {
  static let configuration = CommandConfiguration(
    abstract: "Resample scans onto one kind of grid, correct their bias field and scale their intensities.",
    discussion: """
      Writes sub-01_desc-preproc_T1w.nii.gz for sub-01_T1w.nii.gz, prints its path, and adds a row to status.tsv. The \
      order is: orientation, spacing and shape; bias field; clipping; histogram matching; scaling. A scan that fails does \
      not stop the others. Scans whose outputs are up to date (same scan, mask, reference, options and version) are \
      skipped.

      Examples:
        grisea preprocess sub-01_T1w.nii.gz --spacing 1 --bias-field n4 --output out
        grisea preprocess data --mask 'masks/*_mask.nii.gz' --scaling zscore --output out
      """)

  @Argument(help: "Scans: files (NIfTI, Analyze or MGH), folders of NIfTI files, or quoted patterns.")
  var images: [String] = []

  @OptionGroup var list: ListOptions

  @Option(name: .shortAndLong, help: "Write results to this folder. It is created if it does not exist.")
  var output: String

  @OptionGroup(title: "Preprocessing") var options: PreprocessingOptions
  @OptionGroup(title: "Computing") var redo: ForceOptions
  @OptionGroup(title: "Computing") var threads: ThreadOptions
  @OptionGroup(title: "Computing") var jobs: JobOptions
  @OptionGroup(title: "Computing") var memory: MemoryOptions
  @OptionGroup(title: "Cluster") var executor: ExecutorOptions
  @OptionGroup var reporting: ReportingOptions

  func validate() throws { try executor.check(operands) }

  private var operands: ImageOperands { ImageOperands(images, list: list.list, .scans) }

  /// Returns the masks of all scans of the batch.
  private func masks(of all: [WorkList.Item]) throws -> ScanMasks? {
    do { return try options.masks(for: all.map(\.operand)) } catch { throw ValidationError("\(error)") }
  }

  func run() throws {
    let all = try executor.all { try operands.items(isSilent: reporting.quiet) }
    let scans = executor.share(of: all)
    let stage = try PreprocessingStage(
      options, masks: masks(of: all), folder: output, program: Program.grisea.identity(),
      shard: executor.shard)
    try OutputFolder.make(output)
    if executor.submits {
      if !redo.force { try stage.check(stage.subjects(scans)) }
      return try ClusterRun(output: output, isSilent: reporting.quiet).submit(
        scans, stage: PreprocessingStage.name, request: request, executor)
    }
    let subjects = try stage.plan(stage.subjects(scans), force: redo.force)
    let share = MachineShare(
      items: scans.count, jobs: jobs.jobs, memory: memory.byteCount, cores: threads.count)
    share.announce(isSilent: reporting.quiet)
    let report = BatchReport("scans preprocessed", subjects, isSilent: reporting.quiet)
    let summary = try stage.run(
      subjects, jobs: share.jobs, memory: memory.memory(jobs: share.jobs.count)
    ) { report.show($0) }
    try report.finish(summary)
  }

  private var request: SlurmRequest {
    .preprocessing(
      correctsBias: options.biasField != .none, memory: memory.byteCount, threads: threads.threads)
  }

  func declaration() throws -> StageDeclaration {
    let scans = operands.itemsNow + executor.listed
    return StageDeclaration(
      inputs: operands.inputs + executor.listed.map(\.operand) + executor.files + options.files
        + options.maskFiles,
      inputPatterns: operands.patterns + options.maskPatterns,
      companions: ImageOperands.companions(of: scans.map(\.operand) + options.files + options.maskFiles),
      outputs: scans.map { PreprocessingStage.path(of: $0.subject, in: output) },
      updates: [StatusTable(folder: output).path], memory: memory.byteCount)
  }
}
