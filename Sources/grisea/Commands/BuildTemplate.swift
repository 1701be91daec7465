import ArgumentParser
import Batch
import Files
import Foundation
import Imaging
import Morphometry
import Numerics
import PipelineRunner

/// `grisea template IMAGE… --output DIR`
struct BuildTemplate: StageCommand, ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "template",
    abstract: "Make a template of gray and white matter from the scans of a group.",
    discussion: """
      The scans are aligned with the built-in template by affine transforms, and averaged. In each of three rounds they \
      are registered to the average and averaged again in their mean shape; each round allows larger deformations than the \
      one before. The last average is aligned with MNI152NLin2009aSym, so that coordinates can be reported. The folder is \
      a --template of `grisea normalize`.

      With --executor slurm, the registrations of a round are tasks of one job array, and the next round begins when they \
      have ended. After an interruption, the same command goes on.

      Example:
        grisea template 'derivatives/sub-*/anat/*_label-GM_probseg.nii.gz' --subset 40 --output derivatives/tpl-cohort
      """)

  @Argument(help: "Gray matter maps with white matter maps beside them: files, folders or quoted patterns.")
  var images: [String] = []

  @OptionGroup var list: ListOptions

  @Option(help: "Use this many of the scans, at equal steps through their list. (default: all)")
  var subset: Int?

  @Option(
    help: ArgumentHelp(
      "Align the template with this one, whose space and grid it gets: mni152, or a folder of a template.",
      valueName: "mni152|dir"))
  var standard = NormalizationTemplate.builtIn

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Write the template to this folder, whose name is tpl-NAME. It is created if it does not exist.",
      valueName: "tpl-name"))
  var output: String

  @OptionGroup(title: "Computing") var threads: ThreadOptions
  @OptionGroup(title: "Computing") var memory: MemoryOptions
  @OptionGroup(title: "Cluster") var executor: ExecutorOptions
  @OptionGroup var reporting: ReportingOptions

  func validate() throws {
    try operands.validate()
    if let subset, subset < 2 { throw ValidationError("--subset \(subset): needed a number of at least 2") }
    guard !executor.detach, executor.shard == nil || executor.workList != nil else {
      throw ValidationError(
        "--detach and --shard: the rounds of a template follow each other, so that one process must wait for them"
      )
    }
    let name = output.lastComponent
    let label = name.dropFirst(4)
    let isPlain = label.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
    guard name.hasPrefix("tpl-"), !label.isEmpty, isPlain else {
      throw ValidationError("--output \(output): needed a folder such as tpl-cohort")
    }
  }

  private var operands: ImageOperands { ImageOperands(images, list: list.list, .grayMatterMaps) }

  private var space: TemplateSpace { NormalizationTemplate.space(of: standard) }

  /// The paths of gray and white matter of the template.
  private var files: [String] {
    let resolution = space.resolution.map { "_res-\($0)" } ?? ""
    return ["GM", "WM"].map {
      output.joined("\(output.lastComponent)\(resolution)_label-\($0)_probseg.nii.gz")
    }
  }

  func run() throws {
    let stage = TemplateStage(
      standard: try NormalizationTemplate(standard), output: output, program: try Program.grisea.identity())
    if executor.workList != nil { return try runTask(stage) }
    let found = try operands.paths()
    try check(found)
    let count = min(subset ?? found.count, found.count)
    let maps = (0..<count).map { found[$0 * found.count / count] }
    try OutputFolder.make(output)
    for round in 0..<stage.rounds {
      let subjects = try stage.plan(maps, round: round)
      if subjects.contains(where: \.runs) {
        try executor.submits ? submit(maps, round) : place(subjects, round, stage)
      }
      let template = try ParallelLoop.limited(to: threads.count) { try stage.average(maps, round: round) }
      if round == stage.rounds - 1 { try write(template, count: count) }
    }
    try stage.removeRounds()
    print(files.joined(separator: "\n"))
  }

  /// Refuses two maps of one scan.
  private func check(_ maps: [String]) throws {
    var names: Set<String> = []
    for item in NormalizationStage.items(maps) where !names.insert(item.subject).inserted {
      throw ValidationError("two maps are of the scan \(item.subject); name one map of each scan")
    }
  }

  /// Registers the scans of a round in this process.
  private func place(
    _ subjects: [Batch.Subject], _ round: Int, _ stage: TemplateStage, shard: Shard? = nil
  ) throws {
    let report = BatchReport(
      round == 0 ? "scans aligned" : "scans registered, round \(round)", subjects, isSilent: reporting.quiet)
    let summary = try stage.run(
      subjects, round: round, shard: shard, jobs: JobShare(count: 1, threads: threads.count),
      memory: memory.memory(jobs: 1)
    ) { report.show($0) }
    try report.finish(summary)
  }

  /// Submits the registrations of a round to Slurm and waits for them.
  private func submit(_ maps: [String], _ round: Int) throws {
    try ClusterRun(output: output, isSilent: reporting.quiet, isStep: true).submit(
      TemplateStage.items(maps, round: round), stage: TemplateStage.name(round: round),
      request: .normalization(memory: memory.byteCount, threads: threads.threads), executor)
  }

  /// Does what a task of Slurm does: the registrations of its shard.
  private func runTask(_ stage: TemplateStage) throws {
    guard let task = TemplateStage.task(try executor.items { [] }) else { return }
    try place(stage.plan(task.maps, round: task.round), task.round, stage, shard: executor.shard)
  }

  private func write(_ template: TissueMaps, count: Int) throws {
    try template.gray.write(to: files[0])
    try template.white.write(to: files[1])
    for (file, tissue) in zip(files, ["gray", "white"]) {
      let text = [
        "Description":
          "Mean probability of \(tissue) matter of \(count) scans in the space of \(space.name)",
        "Resolution": "\(template.grid.affine.spacing.x) mm isotropic",
        "Program": "grisea \(Grisea.configuration.version)",
      ]
      try AtomicFile.write(JSONText.readable(text), to: NormalizationFiles.sidecar(of: file))
    }
  }

  func declaration() throws -> StageDeclaration {
    StageDeclaration(
      inputs: operands.inputs + executor.files + NormalizationTemplate.declared(standard),
      inputPatterns: operands.patterns,
      companions: NormalizationFiles.companions(of: operands.itemsNow.map(\.operand)),
      outputs: files + files.map(NormalizationFiles.sidecar), updates: [StatusTable(folder: output).path],
      memory: memory.byteCount)
  }
}
