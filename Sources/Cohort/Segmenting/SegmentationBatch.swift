import Imaging
import Provenance
import Segmentation

/// Many scans segmented by one recipe into one folder, those only whose results are missing or no longer follow from
/// scan, model, arguments and program.
public struct SegmentationBatch {
  /// As `status.tsv` calls it.
  public static let stage = "segment"

  /// The folder of `status.tsv` and of the records; results may be in folders below it.
  public let folder: String
  private let model: SegmentationModel
  private let recipe: SegmentationRecipe
  private let writer: SegmentationWriter
  private let shard: Shard?

  /// - Parameter shard: the part of a divided batch that this is.
  /// - Throws: `EngineError.graph` where the model's graph cannot work on its patch size.
  public init(
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
  /// - Parameter anew: whether all is done again, changed or not.
  /// - Throws: `VolumeTableError`.
  public func plan(_ tasks: [SegmentationTask], anew: Bool = false) throws(VolumeTableError) -> [BatchTask] {
    var rows: [String: [VolumeTable.Row]] = [:]
    let plan = tasks.map { task in
      var doubt: String?
      var planned = writer.memory.plan(task, anew: anew) { record in
        if let row = record.volumes { rows[task.files.volumes, default: []].append(row) }
        doubt = record.volumes?.lowQuality
      }
      planned.doubt = doubt
      return planned
    }
    for (path, rows) in rows { try writer.volumes.add(writer.volumes.missing(rows, in: path), to: path) }
    return plan
  }

  /// Segments what the plan says. Results come in the order of the scans where there is one job.
  /// - Parameter report: as for `Batch`.
  /// - Throws: `StatusTableError`; a scan that fails is no error but a row of the table.
  public func run(
    _ tasks: [SegmentationTask], _ plan: [BatchTask], jobs: JobShare,
    report: @escaping @Sendable (BatchEvent) -> Void
  ) throws(StatusTableError) -> BatchSummary {
    var batch = Batch(
      stage: Self.stage, version: recipe.program.version, status: StatusTable(folder: folder, shard: shard))
    batch.memoryLimit = recipe.configuration.memoryLimit
    batch.overlaps = jobs.threads > 1
    let (writer, model, recipe) = (writer, model, recipe)
    let tasks = Dictionary(tasks.map { ($0.subject, $0) }) { first, _ in first }
    return try batch.run(
      plan, lines: jobs.count, { Self.steps(tasks, model, recipe, jobs.threads, writer) },
      report: report)
  }

  /// The steps of one job, with a network of its own.
  private static func steps(
    _ tasks: [BatchSubject: SegmentationTask], _ model: SegmentationModel,
    _ recipe: SegmentationRecipe, _ threads: Int, _ writer: SegmentationWriter
  ) -> BatchSteps<HashedScan, SegmentedScan> {
    // What a model's graph refuses it has refused already where the batch was made.
    let segmenter = Result { try Segmenter(model, recipe.configuration, threads: threads) }
    let parts =
      recipe.options.parts
      ? Result { try PartFinder(precision: recipe.configuration.precision, threads: threads) } : nil
    var steps = BatchSteps<HashedScan, SegmentedScan>(
      read: { subject, room in
        try tasks[subject].flatMap { try HashedScan(of: $0, room: room) }
      },
      work: { scan in
        var found = SegmentedScan(scan: scan, result: try segmenter.get().segment(scan.image.volume))
        try parts?.get().divide(&found.result, of: scan.image.volume)
        return found
      },
      write: { subject, found in
        guard let task = tasks[subject] else { return .init(lines: []) }
        let row = try writer.write(found, task)
        return .init(
          lines: task.files.ownPaths, warnings: found.scan.image.header.warnings.map { "\($0)" },
          doubt: row.lowQuality)
      })
    steps.need = { scan in
      let grid = scan.image.volume.grid
      let plan = try segmenter.get().plan(for: grid)
      return try parts?.get().peakByteCount(for: grid, after: plan) ?? plan.peakByteCount
    }
    steps.residue = \.byteCount
    return steps
  }
}
