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
        grisea preprocess data/*_T1w.nii.gz --mask 'masks/*_mask.nii.gz' --scaling zscore --output out
      """)

  @Argument(help: "Scans (NIfTI or Analyze).")
  var images: [String] = []

  @Option(name: .shortAndLong, help: "Write results to this folder. It is created if its parent exists.")
  var output: String

  @OptionGroup(title: "Preprocessing") var options: PreprocessingOptions
  @OptionGroup(title: "Computing") var redo: ForceOptions
  @OptionGroup(title: "Computing") var threads: ThreadOptions
  @OptionGroup(title: "Computing") var jobs: JobOptions
  @OptionGroup(title: "Computing") var memory: MemoryOptions
  @OptionGroup(title: "Cluster") var executor: ExecutorOptions
  @OptionGroup var reporting: ReportingOptions

  func validate() throws {
    try executor.check(images)
    do { _ = try options.masks(for: images) } catch { throw ValidationError("\(error)") }
  }

  func run() throws {
    let scans =
      executor.submits ? images : try executor.items { WorkList.items(images) }.map(\.operand)
    let stage = try PreprocessingStage(
      options, masks: options.masks(for: images.isEmpty ? scans : images), folder: output,
      program: Program.grisea.identity(), shard: executor.shard)
    try OutputFolder.make(output)
    if executor.submits {
      if !redo.force { try stage.check(stage.subjects(scans)) }
      return try ClusterRun(output: output, isSilent: reporting.quiet).submit(
        WorkList.items(scans), stage: PreprocessingStage.name, request: request, executor)
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
    let scans = images + executor.listed.map(\.operand)
    return StageDeclaration(
      inputs: scans + executor.files + options.files + options.maskFiles,
      inputPatterns: options.maskPatterns,
      outputs: scans.map { ScanName(path: $0).preprocessed(in: output) },
      updates: [StatusTable(folder: output).path], memory: memory.byteCount)
  }
}
