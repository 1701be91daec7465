import Batch
import Evaluation
import Files
import Imaging
import NeuralNetwork
import Reports
import Segmentation

/// Segments scans by one recipe into one folder: the stage of `segment`, of `bids` and of each fold of a
/// cross-validation.
struct SegmentationStage: Sendable {
  /// A scan and, where its results are up to date and only other files are asked for, its labels.
  struct Input: Sendable {
    var scan: RecordedImage
    var labels: LabelMap?
  }

  /// A scan with its segmentation, until it is written.
  struct Found: Sendable {
    var scan: RecordedImage
    var result: Segmentation

    /// Bytes that it holds: the scan, labels, structures and three probabilities (20 bytes a voxel), and 28 more for masks, a
    /// compressed file, and the connected components of the worst case, which is noise.
    var byteCount: Int { 48 * result.labels.labels.count }
  }

  /// The stage's name in `status.tsv`.
  static let name = "segment"

  /// The folder of `status.tsv` and of the completion records; results may be in folders below it.
  let folder: String
  private let model: SegmentationModel
  private let recipe: SegmentationRecipe
  private let memory: MemoryOption
  private let shard: Shard?
  private let records: CompletionRecords<VolumeTable.Row>
  private let volumes: SharedVolumeTable

  /// Creates a stage.
  /// - Parameters:
  ///   - memory: the option that decides the recipe's memory limit.
  ///   - shard: the shard of the batch that this process does; `nil` for all of it.
  /// - Throws: `EngineError.graph` where the model's graph does not fit its patch size.
  init(
    _ recipe: SegmentationRecipe, model: SegmentationModel, folder: String, memory: MemoryOption,
    shard: Shard? = nil
  ) throws(EngineError) {
    try model.checkGraph()
    self.recipe = recipe
    self.model = model
    self.folder = folder
    self.memory = memory
    self.shard = shard
    records = CompletionRecords(folder: folder, stage: Self.name, recipe: recipe.identity(model.fieldOfView))
    volumes = SharedVolumeTable(folder: folder, shard: shard)
  }

  /// Returns a scan as a subject of the batch.
  /// - Parameters:
  ///   - stem: the path prefix of its results.
  ///   - source: how sidecars name the scan; by default its file name.
  func subject(_ name: String, scan: String, stem: String, source: String? = nil) -> Batch.Subject {
    var subject = Batch.Subject(
      name: name, path: scan, stem: stem, scanFiles: ScanName.files(of: scan), source: source)
    let files = recipe.outputs.files(stem: stem)
    // Additions come last: where one of them is the first output that is not up to date, all others are.
    let all = files.ownPaths + files.sidecars
    subject.outputs = all.filter { !files.additions.contains($0) } + files.additions
    subject.results = files.ownPaths
    return subject
  }

  /// Returns scans as subjects whose results go directly into the stage's folder.
  func subjects(_ scans: [WorkList.Item]) -> [Batch.Subject] {
    scans.map { subject($0.subject, scan: $0.operand, stem: folder.joined($0.subject)) }
  }

  /// Refuses scans whose results would replace those of others, as `plan` does.
  func check(_ subjects: [Batch.Subject]) throws(ReplacedScanError) { try records.check(subjects) }

  /// Decides what must be done about each subject, and why. If an up-to-date subject is missing from its table of
  /// volumes, its row is restored from the completion record.
  /// - Parameter force: whether everything is done again, changed or not, and whatever it replaces.
  /// - Throws: `StatusTableError` and `VolumeTableError` where a table of the folder is another table,
  ///   `ReplacedScanError`.
  func plan(_ subjects: [Batch.Subject], force: Bool = false) throws -> [Batch.Subject] {
    _ = try StatusTable(folder: folder, shard: shard).rows()
    if let table = recipe.outputs.volumes { _ = try VolumeTable(contentsOf: table) }
    var rows: [String: [VolumeTable.Row]] = [:]
    let planned = try subjects.map { subject in
      let (found, row) = try records.plan(subject, force: force)
      var planned = found
      if let row { rows[recipe.outputs.files(stem: subject.stem).volumes, default: []].append(row) }
      if case .runs(let reason) = planned.plan, let output = reason.output {
        planned.isAddition = recipe.outputs.files(stem: subject.stem).additions.contains(output)
      }
      planned.warning = row?.lowQuality
      return planned
    }
    for (path, rows) in rows { try volumes.add(volumes.missing(rows, in: path), to: path) }
    return planned
  }

  /// Segments the planned subjects.
  /// - Throws: `StatusTableError`. A scan that fails is not an error but a row of the table.
  func run(
    _ subjects: [Batch.Subject], jobs: JobShare, report: @escaping @Sendable (Batch.Event) -> Void
  ) throws(StatusTableError) -> Batch.Summary {
    let folders = subjects.map(\.stem.parentFolder) + [folder, folder.joined(".grisea")]
    for folder in Set(folders) { AtomicFile.removeAbandoned(in: folder) }
    var batch = Batch(
      subjects, version: recipe.program.version, status: StatusTable(folder: folder, shard: shard))
    let configuration = recipe.configuration
    batch.memoryLimit = min(configuration.preferredMemory ?? .max, configuration.memoryLimit)
    batch.overlaps = jobs.threads > 1
    return try batch.run(
      jobs: jobs, { steps(threads: jobs.threads) }, named: Self.name, report: report)
  }

  /// The functions of one job, which has a network of its own.
  private func steps(threads: Int) -> Stage<Input, Found> {
    // Loaded where they are needed first: a picture, and a batch that is up to date, need no network.
    lazy var segmenter = Result { try Segmenter(model, recipe.configuration, threads: threads) }
    lazy var structures =
      recipe.outputs.dividesTissues
      ? Result { try StructureFinder(precision: recipe.configuration.precision, threads: threads) } : nil
    var stage = Stage<Input, Found>(
      name: Self.name,
      read: { subject, room in
        guard var scan = try RecordedImage(contentsOf: subject.path, room: room) else { return nil }
        if model.preprocessing.measuresIntensities { scan.image.correctBackground() }
        guard subject.isAddition else { return Input(scan: scan) }
        let labels = recipe.outputs.files(stem: subject.stem).labels
        return Input(scan: scan, labels: try NIfTIImage(contentsOf: labels).labelMap())
      },
      work: { input in
        let scan = input.scan.image.volume
        if let labels = input.labels {
          var result = Segmentation(labels: labels, probabilities: [:])
          try structures?.get().divide(&result, of: scan)
          return Found(scan: input.scan, result: result)
        }
        // Both networks see the same preprocessed scan.
        let prepared = try segmenter.get().prepare(scan)
        var result = try segmenter.get().segment(prepared)
        // Before the division, so that structures are those of the tissues that are written.
        if recipe.outputs.largestComponent { result.keepLargestComponent() }
        try structures?.get().divide(&result, of: prepared)
        return Found(scan: input.scan, result: result)
      },
      write: { subject, found in
        let row = subject.isAddition ? try add(found, to: subject) : try write(found, of: subject)
        return .init(
          lines: subject.results, summary: subject.isAddition ? nil : row?.summary, warning: row?.lowQuality)
      })
    stage.memory = { input in
      let grid = input.scan.image.volume.grid
      guard input.labels == nil else {
        return try structures?.get().peakByteCount(for: grid, after: nil) ?? 0
      }
      return try Self.need(segmenter.get(), structures?.get(), for: grid, memory).byteCount
    }
    stage.residue = \.byteCount
    return stage
  }

  /// Writes images, sidecars, picture, the row of volumes, and the completion record last: a subject with a record has
  /// all its files.
  /// - Throws: `NIfTIError`, `EvaluationError`, `VolumeTableError`, and what else the file system refuses.
  private func write(_ found: Found, of subject: Batch.Subject) throws -> VolumeTable.Row {
    let result = found.result
    let (image, files) = (found.scan.image, recipe.outputs.files(stem: subject.stem))
    try AtomicFile.makeFolder(files.labels.parentFolder)
    try records.removeOutdated(of: subject, inputs: found.scan.files)
    if let picture = files.picture { try draw(result, over: image.volume, named: subject.name, to: picture) }
    for (path, sidecar) in sidecars(of: subject, found) {
      try AtomicFile.write(JSONText.readable(sidecar), to: path)
    }
    if let path = files.structureVolumes { try AtomicFile.write(StructureVolumes(result).tsv, to: path) }
    let brain = result.brainMask
    try result.writeImages(to: files, like: image.header, brain: brain, compact: recipe.outputs.compact)
    let quality = SegmentationQuality(result, scan: image.volume, brain: brain)
    let row = VolumeTable.Row(subject: subject.name, result, brain: brain, quality: quality)
    try volumes.add([row], to: files.volumes)
    try records.keep(subject, inputs: found.scan.files, volumes: row)
    return row
  }

  /// Writes parts and picture of a subject whose other results are up to date.
  /// - Returns: the row of volumes.
  /// - Throws: as `write`.
  private func add(_ found: Found, to subject: Batch.Subject) throws -> VolumeTable.Row? {
    let (image, files) = (found.scan.image, recipe.outputs.files(stem: subject.stem))
    var row = records.row(of: subject)
    if let picture = files.picture {
      try draw(found.result, over: image.volume, named: subject.name, to: picture)
    }
    if let path = files.parts, let parts = found.result.parts {
      for (path, sidecar) in sidecars(of: subject, found) where files.additions.contains(path) {
        try AtomicFile.write(JSONText.readable(sidecar), to: path)
      }
      try parts.write(to: path, like: image.header)
      row?.setParts(of: found.result)
    }
    if let row { try volumes.add([row], to: files.volumes) }
    try records.keep(subject, inputs: found.scan.files, volumes: row)
    return row
  }

  private func draw(
    _ result: Segmentation, over scan: Volume, named name: String, to path: String
  ) throws {
    var options = SlicePicture.Options()
    options.layers = recipe.outputs.outlines
    options.name = name
    try SlicePicture(scan: scan, labels: result.labels, options: options).write(to: path)
  }

  private func sidecars(of subject: Batch.Subject, _ found: Found) -> [(path: String, sidecar: Sidecar)] {
    Sidecar.all(
      recipe.outputs.files(stem: subject.stem), source: subject.source,
      sourceHash: found.scan.files.first?.hash, recipe, arguments: records.recipe.arguments)
  }

  /// Returns how a scan on this grid goes through the network, and the bytes that the process holds at most.
  /// - Parameters:
  ///   - structures: finds the structures, where these or the parts of the gray matter are wanted.
  ///   - memory: the option that decides the segmenter's memory limit.
  /// - Throws: `MemoryRefusal` where that is more than the limit, `EngineError`.
  static func need(
    _ segmenter: Segmenter, _ structures: StructureFinder?, for grid: Grid, _ memory: MemoryOption
  ) throws -> (plan: InferencePlan, byteCount: Int) {
    let limit = segmenter.configuration.memoryLimit
    do {
      let plan = try segmenter.plan(for: grid)
      let peak = try structures?.peakByteCount(for: grid, after: plan) ?? plan.peakByteCount
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
