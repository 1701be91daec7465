import Batch
import Files
import Imaging

/// Many scans preprocessed by one recipe into one folder, those only whose results are missing or no longer follow from
/// scan, mask, reference, arguments and program.
struct PreprocessingBatch {
  /// As `status.tsv` calls it.
  static let stage = "preprocess"

  private let recipe: PreprocessingRecipe
  private let masks: ScanMasks?
  private let folder: String
  private let shard: Shard?
  private let memory: SubjectMemory<NoRow>

  /// - Parameters:
  ///   - masks: where intensities are measured.
  ///   - folder: of the results, of `status.tsv` and of the records.
  ///   - shard: the part of a divided batch that this is.
  init(
    _ recipe: PreprocessingRecipe, masks: ScanMasks?, folder: String, shard: Shard? = nil
  ) throws {
    self.recipe = recipe
    self.masks = masks
    self.folder = folder
    self.shard = shard
    memory = SubjectMemory<NoRow>(
      folder: folder, stage: Self.stage, recipe: try recipe.identity(), shared: recipe.references)
  }

  /// What must be done, and why.
  /// - Parameter force: whether all is done again, changed or not, and whatever it replaces.
  /// - Throws: `ReplacedScanError`.
  func plan(_ scans: [String], force: Bool = false) throws(ReplacedScanError) -> [BatchTask] {
    var plan: [BatchTask] = []
    for scan in scans {
      plan.append(
        try memory.plan(PreprocessingTask(scan: scan, folder: folder, masks: masks), force: force))
    }
    return plan
  }

  /// Refuses scans whose results would replace those of others in a folder, as `plan` does.
  static func check(_ scans: [String], in folder: String) throws(ReplacedScanError) {
    let tasks = scans.map { PreprocessingTask(scan: $0, folder: folder, masks: nil) }
    try SubjectMemory<NoRow>.check(tasks, folder: folder, stage: stage)
  }

  /// Preprocesses what the plan says. Results come in the order of the scans where there is one job.
  /// - Parameters:
  ///   - memoryLimit: bytes that each job may hold.
  ///   - preferredMemory: bytes that it holds where there is a choice.
  ///   - option: the option that decides about the limit.
  ///   - report: as for `Batch`.
  /// - Throws: `StatusTableError`; a scan that fails is no error but a row of the table.
  func run(
    _ plan: [BatchTask], jobs: JobShare, memoryLimit: Int, preferredMemory: Int, option: MemoryOption,
    report: @escaping @Sendable (BatchEvent) -> Void
  ) throws(StatusTableError) -> BatchSummary {
    for folder in [folder, folder.joined(".grisea")] { AtomicFile.removeAbandoned(in: folder) }
    var batch = Batch(
      stage: Self.stage, version: recipe.program.version, status: StatusTable(folder: folder, shard: shard))
    batch.memoryLimit = min(preferredMemory, memoryLimit)
    batch.overlaps = jobs.threads > 1
    let (recipe, folder, masks, memory) = (recipe, folder, masks, memory)
    let task: @Sendable (BatchSubject) -> PreprocessingTask = {
      PreprocessingTask(scan: $0.scan, folder: folder, masks: masks)
    }
    return try batch.run(
      plan, jobs: jobs,
      { Self.steps(recipe.preprocessing, masks, memory, (memoryLimit, option), task) },
      report: report)
  }

  private static func steps(
    _ preprocessing: Preprocessing, _ masks: ScanMasks?, _ memory: SubjectMemory<NoRow>,
    _ limit: (byteCount: Int, option: MemoryOption),
    _ task: @escaping @Sendable (BatchSubject) -> PreprocessingTask
  ) -> BatchSteps<MaskedScan, PreparedScan> {
    var steps = BatchSteps<MaskedScan, PreparedScan>(
      read: { subject, room in
        guard var scan = try HashedScan(of: task(subject), room: room) else { return nil }
        if preprocessing.measuresIntensities { scan.image.correctBackground() }
        return MaskedScan(scan: scan, mask: try masks?.mask(of: scan.image))
      },
      work: { input in
        PreparedScan(
          header: input.scan.image.header, inputs: input.scan.files,
          volume: try preprocessing(input.scan.image.volume, mask: input.mask))
      },
      write: { subject, found in
        let task = task(subject)
        try found.volume.write(to: task.result, like: found.header)
        try memory.keep(task, inputs: found.inputs)
        return .init(lines: task.results)
      })
    steps.need = { try $0.need(preprocessing, limit.byteCount, limit.option) }
    steps.residue = \.byteCount
    return steps
  }
}

/// A scan, and where its intensities are measured.
private struct MaskedScan {
  var scan: HashedScan
  var mask: LabelMap?

  /// Bytes that the process holds at most while it is preprocessed.
  /// - Throws: `MemoryRefusal` where these are more than the limit.
  func need(
    _ preprocessing: Preprocessing, _ limit: Int, _ option: MemoryOption
  ) throws(MemoryRefusal) -> Int {
    let grid = scan.image.volume.grid
    let volumes = preprocessing.peakByteCount(for: grid, isMasked: mask != nil)
    let needed = volumes + Self.programByteCount
    guard needed <= limit else {
      throw MemoryRefusal(
        needed: needed, limit: limit, shares: [.init(what: "the scan's volumes", byteCount: volumes)],
        option: option)
    }
    return needed
  }

  /// Code, libraries, and the system's buffers: what the process held beyond its volumes where it was measured, rounded
  /// up.
  private static let programByteCount = 60_000_000
}

/// What became of a scan, whose own voxels are needed no more.
private struct PreparedScan {
  var header: NIfTIHeader
  var inputs: [FileRecord]
  var volume: Volume

  /// Until it is written: voxels, and a file as large as they are.
  var byteCount: Int { HashedScan.bytesPerVoxel * volume.grid.count }
}
