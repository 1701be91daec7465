import ArgumentParser
import Batch
import Imaging
import PipelineRunner

/// `grisea preprocess IMAGE… --output DIR`
struct Preprocess: StageCommand, ReportingCommand {
  static let configuration = CommandConfiguration(
    abstract: "Brings scans onto one kind of grid, corrects their bias field, and scales their intensities.",
    discussion: """
      For sub-01_T1w.nii.gz it writes sub-01_desc-preproc_T1w.nii.gz, prints the path, and keeps status.tsv. The order is: \
      orientation, spacing and shape; bias field; clipping; matching; scaling. One scan that cannot be read does not stop \
      the others. Scans whose results are there and unchanged, and follow from the same scan, mask, reference, arguments \
      and version, are not preprocessed again.
      """)

  @Argument(help: "Scans, NIfTI.")
  var images: [String] = []

  @Option(name: .shortAndLong, help: "Folder for the results; it is made if its parent exists.")
  var output: String

  @OptionGroup var options: PreprocessingOptions

  @Option(
    help: """
      Where intensities are measured (labels above 0, on the scan's grid): a file for one scan, or a pattern in quotes \
      whose files are found by subject.
      """)
  var mask: String?

  @OptionGroup var redo: ForceOptions

  @OptionGroup var executor: ExecutorOptions
  @OptionGroup var jobs: JobOptions
  @OptionGroup var memory: MemoryOptions
  @OptionGroup var threads: ThreadOptions
  @OptionGroup var reporting: ReportingOptions

  func validate() throws {
    try executor.check(images)
    do { _ = try masks() } catch { throw ValidationError("\(error)") }
  }

  mutating func run() throws {
    let program = try Program.grisea.identity()
    let recipe = try PreprocessingRecipe(
      program: program, references: options.files, options.preprocessing)
    try OutputFolder.make(output)
    if executor.executor == .slurm {
      if !redo.force { try PreprocessingBatch.check(images, in: output) }
      return try ClusterRun(output: output, isSilent: reporting.quiet).submit(
        WorkList.items(images), stage: PreprocessingBatch.stage, operands: images, request: request, executor)
    }
    images = try executor.items { WorkList.items(images) }.map(\.operand)
    let batch = try PreprocessingBatch(
      recipe, masks: masks(), folder: output, shard: executor.shard)
    let plan = try batch.plan(images, force: redo.force)
    let report = BatchReport("scans preprocessed", plan, isSilent: reporting.quiet)
    let share = MachineShare(
      items: images.count, jobs: jobs.jobs, memory: memory.byteCount, cores: threads.count)
    share.take(isSilent: reporting.quiet)
    let summary = try batch.run(
      plan, jobs: share.jobs, memoryLimit: memory.limit(jobs: share.jobs.count),
      preferredMemory: memory.byteCount, option: memory.option
    ) { report.tell($0) }
    try report.finish(summary) { CommandLine.command(replacing: images, with: $0.map(\.scan)) }
  }

  private var request: SlurmRequest {
    .preprocessing(
      correctsBias: options.biasField != .none, memory: memory.byteCount, threads: threads.threads)
  }

  /// - Throws: `ScanMaskError`. A part without scans needs none.
  private func masks() throws(ScanMaskError) -> ScanMasks? {
    guard let mask, !images.isEmpty else { return nil }
    return try ScanMasks(mask, for: images)
  }

  private func result(of scan: String) -> String { ScanName(path: scan).preprocessed(in: output) }

  func declaration() throws -> StageDeclaration {
    let masks = mask.map { [$0] } ?? []
    let scans = images + executor.listed.map(\.operand)
    return StageDeclaration(
      inputs: scans + executor.files + options.files + masks.filter { !ImageFiles.isPattern($0) },
      inputPatterns: masks.filter(ImageFiles.isPattern), outputs: scans.map(result),
      updates: [StatusTable(folder: output).path], memory: memory.byteCount)
  }
}
