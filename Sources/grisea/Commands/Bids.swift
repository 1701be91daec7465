import ArgumentParser
import BIDS
import Batch
import Files
import PipelineRunner
import Segmentation

/// `grisea bids BIDS_DIR OUTPUT_DIR participant|group`
struct Bids: ParsableCommand, ReportingCommand {
  static let configuration = CommandConfiguration(
    abstract: "Segment the T1-weighted scans of a BIDS dataset, as a BIDS App.",
    discussion: """
      The participant level writes a derivatives dataset: sub-*/[ses-*/]anat/ with desc-brain_mask, dseg, \
      label-{GM,WM,CSF}_probseg and label-GM_mask, a JSON file beside each image, and status.tsv. Scans whose outputs are \
      up to date are skipped. The group level writes group_volumes.tsv with the volumes of all scans.

      Examples:
        grisea bids dataset dataset/derivatives/grisea participant
        grisea bids dataset dataset/derivatives/grisea participant --participant-label 01 02
        grisea bids dataset dataset/derivatives/grisea group --report
      """)

  enum Level: String, ExpressibleByArgument, CaseIterable {
    case participant, group
  }

  @Argument(help: ArgumentHelp("The dataset.", valueName: "bids-dir"))
  var dataset: String

  @Argument(
    help: ArgumentHelp(
      "The folder of the derivatives. It is created if it does not exist.", valueName: "output-dir"))
  var output: String

  @Argument(help: "participant or group.")
  var level: Level

  @OptionGroup(title: "BIDS App") var app: BIDSAppOptions

  @Flag(help: "Write probabilities in steps of 1/255 instead of float32, a quarter of the size.")
  var compact = false

  @Flag(help: "Write cortical, subcortical and cerebellar gray matter, as seg-parts_dseg.")
  var parts = false

  @Flag(
    help:
      "Write the 32 structures of FreeSurfer's aseg, left and right, as desc-aseg_dseg, and their volumes.")
  var structures = false

  @Flag(help: "Write report.html about all results (group level).")
  var report = false

  @OptionGroup var outlines: OutlineOptions

  @OptionGroup var redo: ForceOptions
  @OptionGroup(title: "Computing") var inference: InferenceOptions
  @OptionGroup(title: "Cluster") var executor: ExecutorOptions
  @OptionGroup var reporting: ReportingOptions

  func validate() throws {
    guard !report || level == .group else {
      throw ValidationError("--report needs the group level, which reads the results of all participants")
    }
    guard outlines.outline == nil || report else {
      throw ValidationError("--outline needs --report, which shows the tissues")
    }
    let chosen =
      [
        (!app.participantLabel.isEmpty, "--participant-label"),
        (!app.sessionLabel.isEmpty, "--session-label"),
        (compact, "--compact"), (parts, "--parts"), (structures, "--structures"),
      ].first { $0.0 }
    if level == .group, let chosen {
      throw ValidationError(
        "\(chosen.1): the group level reads the results of all participants; leave it out")
    }
    guard level == .participant || (executor.executor == .local && executor.shard == nil) else {
      throw ValidationError("--executor slurm and --shard need the participant level")
    }
  }

  func run() throws {
    let source = try BIDSDataset(contentsOf: dataset)
    switch level {
    case .participant: try runParticipants(of: source)
    case .group: try runGroup(of: source)
    }
  }

  private func runGroup(of source: BIDSDataset) throws {
    let derivatives = try DerivativeDataset(path: output)
    let volumes = try GroupVolumes(of: derivatives)
    let failed = Set(volumes.failed.map(\.subject))
    let known = Set(try source.scans().filter(\.hasWork).map(\.stem))
    StandardError.warn("failed, and left out (see status.tsv)", of: failed, noun: "scan")
    StandardError.warn(
      "with results, but no longer in \(dataset)", of: volumes.scans.subtracting(known), noun: "scan")
    StandardError.warn(
      "in \(dataset), but without results", of: known.subtracting(volumes.scans).subtracting(failed),
      noun: "scan")
    print(try volumes.write(to: derivatives))
    if let table = try StructureTable(of: derivatives, scans: volumes.scans) { print(try table.write()) }
    guard report else { return }
    let page = Report.page(in: output)
    var cohort = CohortReport(
      of: try ResultFolder(output, images: []), version: Program.grisea.version)
    cohort.layers = outlines.layers
    try cohort.write(to: page, isSilent: reporting.quiet)
    print(page)
  }

  private func runParticipants(of source: BIDSDataset) throws {
    let network = try SegmentationModel(nameOrPath: inference.model)
    let scans = try scans(of: source)
    let share = app.share(of: scans.count(where: \.hasWork))
    let memory = app.memory(
      jobs: executor.submits ? nil : share.jobs.count, scans: scans.count(where: \.hasWork))
    let outputs = SegmentationOutputs(
      probabilities: true, parts: parts, structures: structures, compact: compact)
    let recipe = try inference.recipe(network, outputs, memory)
    let derivatives = try DerivativeDataset(creating: output)
    try derivatives.describe(source, model: recipe.model, version: recipe.program.version)
    if structures { try LabelDescription.write(to: output, structures: true) }
    let stage = try inference.stage(network, outputs, memory, folder: output, shard: executor.shard)
    let subjects = scans.filter(\.hasWork).map { derivatives.subject(for: $0, of: source, stage) }
    if executor.submits {
      if !redo.force { try stage.check(subjects) }
      return try ClusterRun(output: output, isSilent: reporting.quiet).submit(
        scans.map(\.item), stage: SegmentationStage.name,
        request: .segmentation(recipe.configuration, threads: app.cpuCount), executor)
    }
    let planned =
      try stage.plan(subjects, force: redo.force) + scans.compactMap { $0.skippedSubject(in: source) }
    try inference.precision.announce(isSilent: reporting.quiet)
    share.announce(isSilent: reporting.quiet)
    let report = BatchReport("scans segmented", planned, isSilent: reporting.quiet)
    let summary = try stage.run(planned, jobs: share.jobs) { report.show($0) }
    try report.finish(summary)
  }

  /// Returns the scans that this process works on: all that are wanted, or those of its work list or shard.
  private func scans(of source: BIDSDataset) throws -> [BIDSScan] {
    guard executor.shard != nil || executor.workList != nil else {
      return try source.scans(participants: app.participantLabel, sessions: app.sessionLabel)
    }
    let items = try executor.items {
      try source.scans(participants: app.participantLabel, sessions: app.sessionLabel).map(\.item)
    }
    let names = Set(items.map(\.subject))
    let participants = Set(items.map(\.operand)).sorted()
    guard !participants.isEmpty else { return [] }
    return try source.scans(participants: participants, sessions: app.sessionLabel).filter {
      names.contains($0.stem)
    }
  }
}
