import Batch
import Files
import Imaging
import Segmentation

/// Many scans segmented by one recipe into one folder, those only whose results are missing or no longer follow from
/// scan, model, arguments and program.
struct SegmentationBatch {
  /// As `status.tsv` calls it.
  static let stage = "segment"

  /// The folder of `status.tsv` and of the records; results may be in folders below it.
  let folder: String
  private let model: SegmentationModel
  private let recipe: SegmentationRecipe
  private let writer: SegmentationWriter
  private let shard: Shard?

  /// - Parameter shard: the part of a divided batch that this is.
  /// - Throws: `EngineError.graph` where the model's graph cannot work on its patch size.
  init(
    _ recipe: SegmentationRecipe, model: SegmentationModel, folder: String, shard: Shard? = nil
  ) throws {
    _ = try Segmenter(model, recipe.configuration)
    self.shard = shard
    self.recipe = recipe
    self.model = model
    self.folder = folder
    writer = SegmentationWriter(
      recipe: recipe,
      memory: SubjectMemory(folder: folder, stage: Self.stage, recipe: recipe.identity(model.fieldOfView)),
      volumes: SharedVolumeTable(folder: folder, shard: shard))
  }

  /// What must be done, and why. A subject that need not run and whose row of volumes is gone has it again.
  /// - Parameter force: whether all is done again, changed or not, and whatever it replaces.
  /// - Throws: `VolumeTableError`, `ReplacedScanError`.
  func plan(_ tasks: [SegmentationTask], force: Bool = false) throws -> [BatchTask] {
    var rows: [String: [VolumeTable.Row]] = [:]
    let plan = try tasks.map { task in
      var doubt: String?
      var planned = try writer.memory.plan(task, force: force) { record in
        if let row = record.volumes { rows[task.files.volumes, default: []].append(row) }
        doubt = record.volumes?.lowQuality
      }
      planned.doubt = doubt
      return planned
    }
    for (path, rows) in rows { try writer.volumes.add(writer.volumes.missing(rows, in: path), to: path) }
    return plan
  }

  /// Refuses scans whose results would replace those of others in a folder, as `plan` does.
  static func check(_ tasks: [SegmentationTask], in folder: String) throws(ReplacedScanError) {
    try SubjectMemory<VolumeTable.Row>.check(tasks, folder: folder, stage: stage)
  }

  /// Segments what the plan says. Results come in the order of the scans where there is one job.
  /// - Parameters:
  ///   - memory: the option that decides about the recipe's limit.
  ///   - report: as for `Batch`.
  /// - Throws: `StatusTableError`; a scan that fails is no error but a row of the table.
  func run(
    _ tasks: [SegmentationTask], _ plan: [BatchTask], jobs: JobShare, memory: MemoryOption,
    report: @escaping @Sendable (BatchEvent) -> Void
  ) throws(StatusTableError) -> BatchSummary {
    removeAbandoned(tasks)
    var batch = Batch(
      stage: Self.stage, version: recipe.program.version, status: StatusTable(folder: folder, shard: shard))
    let configuration = recipe.configuration
    batch.memoryLimit = min(configuration.preferredMemory ?? .max, configuration.memoryLimit)
    batch.overlaps = jobs.threads > 1
    let (writer, model, recipe) = (writer, model, recipe)
    let tasks = Dictionary(tasks.map { ($0.subject, $0) }) { first, _ in first }
    return try batch.run(
      plan, jobs: jobs, { Self.steps(tasks, model, recipe, jobs.threads, memory, writer) },
      report: report)
  }

  /// Removes the temporary files of killed runs from all folders that results go to.
  private func removeAbandoned(_ tasks: [SegmentationTask]) {
    let folders = tasks.map(\.files.labels.parentFolder) + [folder, folder.joined(".grisea")]
    for folder in Set(folders) { AtomicFile.removeAbandoned(in: folder) }
  }

  /// The steps of one job, with a network of its own.
  private static func steps(
    _ tasks: [BatchSubject: SegmentationTask], _ model: SegmentationModel,
    _ recipe: SegmentationRecipe, _ threads: Int, _ memory: MemoryOption, _ writer: SegmentationWriter
  ) -> BatchSteps<HashedScan, SegmentedScan> {
    // What a model's graph refuses it has refused already where the batch was made.
    let segmenter = Result { try Segmenter(model, recipe.configuration, threads: threads) }
    let parts =
      recipe.options.parts
      ? Result { try PartFinder(precision: recipe.configuration.precision, threads: threads) } : nil
    var steps = BatchSteps<HashedScan, SegmentedScan>(
      read: { subject, room in
        var scan = try tasks[subject].flatMap { try HashedScan(of: $0, room: room) }
        if model.preprocessing.measuresIntensities { scan?.image.correctBackground() }
        return scan
      },
      work: { scan in
        var found = SegmentedScan(scan: scan, result: try segmenter.get().segment(scan.image.volume))
        try parts?.get().divide(&found.result, of: scan.image.volume)
        return found
      },
      write: { subject, found in
        guard let task = tasks[subject] else { return .init(lines: []) }
        let row = try writer.write(found, task)
        return .init(lines: task.files.ownPaths, doubt: row.lowQuality)
      })
    steps.need = { scan in
      try need(segmenter.get(), parts?.get(), for: scan.image.volume.grid, memory).byteCount
    }
    steps.residue = \.byteCount
    return steps
  }

  /// How a scan on this grid goes through the network, and what the process holds at most then.
  /// - Parameters:
  ///   - parts: what finds them, where they are asked for.
  ///   - memory: the option that decides about the segmenter's limit.
  /// - Throws: `MemoryRefusal` where that is more than it may, `EngineError`.
  static func need(
    _ segmenter: Segmenter, _ parts: PartFinder?, for grid: Grid, _ memory: MemoryOption
  ) throws -> (plan: InferencePlan, byteCount: Int) {
    let limit = segmenter.configuration.memoryLimit
    do {
      let plan = try segmenter.plan(for: grid)
      let peak = try parts?.peakByteCount(for: grid, after: plan) ?? plan.peakByteCount
      guard peak <= limit else {
        let share = MemoryRefusal.Share(what: "the scan's volumes and the networks", byteCount: peak)
        throw MemoryRefusal(needed: peak, limit: limit, shares: [share], option: memory)
      }
      return (plan, peak)
    } catch SegmenterError.memoryLimit(let plan, let limit) {
      throw MemoryRefusal(plan, limit: limit, option: memory)
    }
  }
}
