import ArgumentParser
import Batch
import Imaging
import PipelineRunner

/// `grisea normalize IMAGE… --output DIR`
struct Normalize: StageCommand, ReportingCommand {
  static let configuration = CommandConfiguration(
    abstract: "Normalize gray matter maps to a template, by an affine and a nonlinear transform.",
    discussion: """
      The maps are those of `grisea bids` or `grisea segment --probabilities`. The white matter map is found beside each \
      gray matter map by its name (label-WM for label-GM). Writes for each scan, in sub-*/anat/: gray matter in the \
      template's space, the same modulated, the same smoothed, and the transforms both ways as displacement fields that \
      ANTs, SimpleITK and 3D Slicer apply. normalization.tsv has the quality of each scan.

      The built-in template has the space MNI152NLin2009aSym and voxels of 1.5 mm. A scan that fails does not stop the \
      others. Scans whose outputs are up to date are skipped.

      Examples:
        grisea normalize derivatives --output derivatives
        grisea normalize 'derivatives/sub-*/anat/*_label-GM_probseg.nii.gz' --modulation nonlinear --smoothing 6 \\
          --output nonlinear --executor slurm
      """)

  @Argument(help: "Gray matter maps: files, folders or quoted patterns.")
  var images: [String] = []

  @OptionGroup var list: ListOptions

  @Option(name: .shortAndLong, help: "Write results to this folder. It is created if it does not exist.")
  var output: String

  @OptionGroup(title: "Normalization") var options: NormalizationOptions
  @OptionGroup(title: "Computing") var redo: ForceOptions
  @OptionGroup(title: "Computing") var threads: ThreadOptions
  @OptionGroup(title: "Computing") var jobs: JobOptions
  @OptionGroup(title: "Computing") var memory: MemoryOptions
  @OptionGroup(title: "Cluster") var executor: ExecutorOptions
  @OptionGroup var reporting: ReportingOptions

  func validate() throws {
    try executor.check(operands)
  }

  private var operands: ImageOperands { ImageOperands(images, list: list.list, .grayMatterMaps) }

  /// Returns all maps, named after their scans.
  private func items() throws -> [WorkList.Item] {
    let items = NormalizationStage.items(try operands.paths())
    var names: Set<String> = []
    if let twice = items.first(where: { !names.insert($0.subject).inserted }) {
      throw ValidationError("two maps are of the scan \(twice.subject); name one map of each scan")
    }
    return items
  }

  func run() throws {
    let maps = try executor.items { try items() }
    let stage = try NormalizationStage(
      template: options.template, options.value, folder: output, program: Program.grisea.identity(),
      shard: executor.shard)
    try OutputFolder.make(output)
    let all = stage.subjects(maps.map(\.operand))
    if executor.submits {
      if !redo.force { try stage.check(all) }
      return try ClusterRun(output: output, isSilent: reporting.quiet).submit(
        maps, stage: NormalizationStage.name,
        request: .normalization(memory: memory.byteCount, threads: threads.threads), executor)
    }
    let subjects = try stage.plan(all, force: redo.force)
    let share = MachineShare(
      items: maps.count, jobs: jobs.jobs, memory: memory.byteCount, cores: threads.count)
    share.announce(isSilent: reporting.quiet)
    let report = BatchReport("scans normalized", subjects, isSilent: reporting.quiet)
    let summary = try stage.run(
      subjects, jobs: share.jobs, memory: memory.memory(jobs: share.jobs.count)
    ) { report.show($0) }
    let table = executor.isWhole && summary.done + summary.skipped > 0
    try report.finish(summary, footers: table ? [NormalizationTable(folder: output).write()] : [])
  }

  func declaration() throws -> StageDeclaration {
    let maps = (operands.itemsNow + executor.listed).map(\.operand)
    let outputs = maps.flatMap { map in
      NormalizationFiles(gray: map, folder: output, space: options.space, options.value).all
    }
    return StageDeclaration(
      inputs: operands.inputs + executor.listed.map(\.operand) + executor.files
        + NormalizationTemplate.declared(options.template),
      inputPatterns: operands.patterns, companions: NormalizationFiles.companions(of: maps), outputs: outputs,
      updates: [NormalizationFiles.table(in: output), StatusTable(folder: output).path],
      memory: memory.byteCount)
  }
}
