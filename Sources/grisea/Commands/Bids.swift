import ArgumentParser
import BIDS
import Batch
import Files
import Foundation
import Imaging
import NeuralNetwork
import PipelineRunner
import Segmentation

/// `grisea bids BIDS_DIR OUTPUT_DIR participant|group`
struct Bids: ParsableCommand, ReportingCommand {
  static let configuration = CommandConfiguration(
    abstract: "Segments the T1-weighted scans of a BIDS dataset, as BIDS Apps do.",
    discussion: """
      The participant level writes a derivatives dataset: sub-*/[ses-*/]anat/ with desc-brain_mask, dseg, \
      label-{GM,WM,CSF}_probseg and label-GM_mask, a JSON file beside each image, and status.tsv. What is there and \
      unchanged is not done again. The group level collects all volumes in group_volumes.tsv.
      """)

  enum Level: String, ExpressibleByArgument, CaseIterable {
    case participant, group
  }

  @Argument(help: ArgumentHelp("The dataset.", valueName: "bids-dir"))
  var dataset: String

  @Argument(
    help: ArgumentHelp(
      "Folder for the derivatives; it is made if its parent exists.", valueName: "output-dir"))
  var output: String

  @Argument(help: "participant or group.")
  var level: Level

  @Option(
    name: [.long, .customLong("participant_label")], parsing: .upToNextOption,
    help: "Participants, with or without sub-. (default: all)")
  var participantLabel: [String] = []

  @Option(
    name: [.long, .customLong("session_label")], parsing: .upToNextOption,
    help: "Sessions, with or without ses-. (default: all)")
  var sessionLabel: [String] = []

  @Option(
    name: [.customLong("n-cpus"), .customLong("n_cpus")],
    help: "How many processor cores to use. (default: all that this process may use)")
  var cpuCount: Int?

  @Option(
    name: [.customLong("mem-mb"), .customLong("mem_mb")],
    help: "What the process may hold, in megabytes. (default: what the machine has left)")
  var megabytes: Int?

  @Option(
    help: ArgumentHelp(
      "A model inside the program, or the file of one that `grisea train` has written.",
      valueName: "accurate | fast | safetensors"))
  var model = BuiltInModel.standard.rawValue

  @Flag(help: "Write probabilities in steps of 1/255, a quarter of the size, instead of float32.")
  var compact = false

  @Flag(help: "Write where gray matter is cortical, subcortical and cerebellar too, as seg-parts_dseg.")
  var parts = false

  @Flag(help: "With the group level, write report.html too, about all results.")
  var report = false

  @OptionGroup var redo: ForceOptions

  @OptionGroup var executor: ExecutorOptions
  @OptionGroup var precision: PrecisionOptions
  @OptionGroup var views: ViewOptions
  @OptionGroup var reporting: ReportingOptions

  func validate() throws {
    guard !report || level == .group else {
      throw ValidationError("--report goes with the group level, which sees all participants")
    }
    if let cpuCount, cpuCount < 1 {
      throw ValidationError("--n-cpus \(cpuCount): needed a number of at least 1")
    }
    if let megabytes, megabytes < 1 {
      throw ValidationError("--mem-mb \(megabytes): needed a number of at least 1")
    }
  }

  func run() throws {
    let source = try BIDSDataset(contentsOf: dataset)
    switch level {
    case .participant: try runParticipants(of: source)
    case .group: try runGroup()
    }
  }

  private func runGroup() throws {
    let derivatives = try DerivativeDataset(path: output)
    print(try GroupVolumes(of: derivatives).write(to: derivatives))
    guard report else { return }
    let page = Report.page(in: output)
    try CohortReport(of: try ResultFolder(output, images: []), version: Program.grisea.version)
      .write(to: page, isSilent: reporting.quiet)
    print(page)
  }

  private func runParticipants(of source: BIDSDataset) throws {
    let network = try SegmentationModel(nameOrPath: model)
    if executor.executor == .slurm { return try submit(source, recipe(configuration(for: network))) }
    let scans = try scans(of: source)
    let share = share(of: scans.count(where: \.isTask))
    let recipe = try recipe(configuration(for: network, jobs: share.jobs.count))
    let derivatives = try derivatives()
    try derivatives.describe(source, model: recipe.model, version: recipe.program.version)
    let tasks = scans.filter(\.isTask).map { derivatives.task(for: $0, of: source, parts: parts) }
    let batch = try SegmentationBatch(recipe, model: network, folder: output, shard: executor.shard)
    let plan = try batch.plan(tasks, force: redo.force) + scans.compactMap { $0.passedOver(in: source) }
    try precision.announce(isSilent: reporting.quiet)
    let report = BatchReport("scans segmented", plan, isSilent: reporting.quiet)
    share.take(isSilent: reporting.quiet)
    let memory = MemoryOption(
      .megabytes, isGiven: megabytes != nil, jobs: min(tasks.count, cores / MachineShare.threadsPerJob))
    let summary = try batch.run(tasks, plan, jobs: share.jobs, memory: memory) { report.tell($0) }
    let participants = Dictionary(zip(tasks.map(\.subject), scans.filter(\.isTask).map(\.participant))) { $1 }
    try report.finish(summary) { Self.command(for: $0.compactMap { participants[$0] }) }
  }

  /// Jobs, for as many scans: each takes what a scan usually does, as far as cores and memory go.
  private func share(of scans: Int) -> MachineShare {
    MachineShare(items: scans, memory: MemoryOptions.usual, cores: cores, available: available)
  }

  private var cores: Int { cpuCount ?? ThreadOptions.available }

  /// Bytes that the process may hold, as given.
  private var given: Int? {
    megabytes.map { $0.multipliedReportingOverflow(by: 1_000_000) }.map { $1 ? .max : $0 }
  }

  private var available: Int? { given ?? ProcessMemory.availableByteCount }

  /// All scans that are asked for, or this process's part of them.
  private func scans(of source: BIDSDataset) throws -> [BIDSScan] {
    guard executor.shard != nil || executor.workList != nil else {
      return try source.scans(participants: participantLabel, sessions: sessionLabel)
    }
    let items = try executor.items {
      try source.scans(participants: participantLabel, sessions: sessionLabel).map(\.item)
    }
    let names = Set(items.map(\.subject))
    let participants = Set(items.map(\.operand)).sorted()
    guard !participants.isEmpty else { return [] }
    return try source.scans(participants: participants, sessions: sessionLabel).filter {
      names.contains($0.stem)
    }
  }

  private func submit(_ source: BIDSDataset, _ recipe: SegmentationRecipe) throws {
    let derivatives = try derivatives()
    try derivatives.describe(source, model: recipe.model, version: recipe.program.version)
    let scans = try source.scans(participants: participantLabel, sessions: sessionLabel)
    let items = scans.map(\.item)
    if !redo.force {
      let tasks = scans.filter(\.isTask).map { derivatives.task(for: $0, of: source, parts: parts) }
      try SegmentationBatch.check(tasks, in: output)
    }
    try ClusterRun(output: output, isSilent: reporting.quiet).submit(
      items, stage: SegmentationBatch.stage, request: .segmentation(recipe.configuration, threads: cpuCount),
      executor)
  }

  /// The folder is made, and `derivatives` above it where the dataset has none yet, its usual place.
  private func derivatives() throws -> DerivativeDataset {
    let parent = output.parentFolder
    if parent.lastComponent == "derivatives" { try OutputFolder.make(parent) }
    try OutputFolder.make(output)
    _ = try StatusTable(folder: output).rows()
    return try DerivativeDataset(path: output)
  }

  /// - Parameter jobs: at the same time, which share the memory; `nil` where other processes do the work.
  private func configuration(
    for network: SegmentationModel, jobs: Int? = nil
  ) -> Segmenter.Configuration {
    var configuration = Segmenter.Configuration(precision: precision.value)
    let usual = min(MemoryOptions.usual, given ?? .max)
    configuration.preferredMemory = usual
    configuration.memoryLimit =
      jobs.map { jobs in given.map { $0 / jobs } ?? MemoryOptions.share(of: available, jobs: jobs) }
      ?? given ?? usual
    configuration.views = views.count(for: network)
    return configuration
  }

  private func recipe(_ configuration: Segmenter.Configuration) throws -> SegmentationRecipe {
    var options = SegmentationRecipe.Options()
    options.probabilities = true
    options.compact = compact
    options.parts = parts
    return SegmentationRecipe(
      model: try ModelIdentity(nameOrPath: model), configuration: configuration, options: options,
      program: try Program.grisea.identity())
  }

  /// This command, for these participants.
  private static func command(for participants: [String]) -> [String] {
    var words: [String] = []
    var isLabel = false
    for word in CommandLine.arguments.dropFirst() {
      if word.hasPrefix("-") { isLabel = ["--participant-label", "--participant_label"].contains(word) }
      if !isLabel { words.append(word) }
    }
    let labels = Set(participants).map { String($0.dropFirst(4)) }.sorted()
    return ["grisea"] + words + ["--participant-label"] + labels
  }
}

extension BIDSScan {
  fileprivate var item: WorkList.Item { .init(subject: stem, operand: participant) }

  fileprivate var isTask: Bool {
    if case .passedOver = state { false } else { true }
  }

  fileprivate func passedOver(in source: BIDSDataset) -> BatchTask? {
    guard case .passedOver(let reason) = state else { return nil }
    let subject = BatchSubject(name: stem, scan: (source.path as NSString).appendingPathComponent(path))
    return BatchTask(subject, .skips(reason: reason, lines: []))
  }
}
