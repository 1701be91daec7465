import Batch
import Files
import Foundation
import Imaging
import Morphometry

/// Normalizes gray matter maps to one template into one folder: the stage of `normalize`.
struct NormalizationStage: Sendable {
  /// The maps of a head, and the records of their files.
  private struct Head: Sendable {
    var maps: TissueMaps
    var inputs: [FileRecord]
  }

  /// A normalized scan and what is left of the head: its grid and records.
  private struct Found: Sendable {
    var scan: NormalizedScan
    var grid: Grid
    var inputs: [FileRecord]
  }

  /// What decides the results beside the files.
  private struct Recipe: Encodable {
    var template: ContentHash
    var options: NormalizedScan.Options
    var settings: RegistrationSettings
  }

  /// The stage's name in `status.tsv`.
  static let name = "normalize"

  private let folder: String
  private let template: NormalizationTemplate
  private let options: NormalizedScan.Options
  private let shard: Shard?
  private let version: String
  private let records: CompletionRecords<NormalizationRow>

  /// The settings of the registration. Templates are made of maps by the same segmentation.
  private static let settings = RegistrationSettings.cohort

  /// Creates a stage.
  /// - Parameters:
  ///   - template: `mni152` or a folder.
  ///   - folder: of the results, of `status.tsv` and of the completion records.
  ///   - shard: the shard of the batch that this process does; `nil` for all of it.
  /// - Throws: what reading the template throws.
  init(
    template: String, _ options: NormalizedScan.Options, folder: String, program: ProgramIdentity,
    shard: Shard? = nil
  ) throws {
    self.template = try NormalizationTemplate(template)
    self.options = options
    self.folder = folder
    self.shard = shard
    version = program.version
    let recipe = Recipe(template: self.template.hash, options: options, settings: Self.settings)
    let arguments = [String(decoding: try JSONText.compact(recipe), as: UTF8.self)]
    records = CompletionRecords(
      folder: folder, stage: Self.name, recipe: RecipeIdentity(program: program, arguments: arguments),
      shared: self.template.files)
  }

  private func files(of subject: Batch.Subject) -> NormalizationFiles {
    NormalizationFiles(gray: subject.path, folder: folder, space: template.space, options)
  }

  /// Returns gray matter maps as items of a work list.
  static func items(_ maps: [String]) -> [WorkList.Item] {
    maps.map { map in
      let files = NormalizationFiles(gray: map, folder: "", space: .builtIn, .init())
      return WorkList.Item(subject: files.name, operand: map)
    }
  }

  /// Returns gray matter maps as subjects of the batch.
  func subjects(_ maps: [String]) -> [Batch.Subject] {
    maps.map { map in
      let files = NormalizationFiles(gray: map, folder: folder, space: template.space, options)
      var subject = Batch.Subject(
        name: files.name, path: map, scanFiles: ScanName.files(of: map), source: source(of: map))
      subject.outputs = files.all
      subject.results = files.images
      if let white = NormalizationFiles.white(beside: map), FileManager.default.fileExists(atPath: white) {
        subject.companions = ScanName.files(of: white)
      } else {
        subject.fault = NormalizationError.noWhiteMatter(gray: map)
      }
      return subject
    }
  }

  /// A BIDS URI where the map lies in the folder of the results, else its name.
  private func source(of map: String) -> String {
    let root = folder.absolutePath + "/"
    let path = map.absolutePath
    return path.hasPrefix(root) ? "bids::" + path.dropFirst(root.count) : map.lastComponent
  }

  /// Refuses scans whose results would replace those of others, as `plan` does.
  func check(_ subjects: [Batch.Subject]) throws(ReplacedScanError) { try records.check(subjects) }

  /// Decides what must be done about each subject, and why.
  /// - Parameter force: whether everything is done again, changed or not, and whatever it replaces.
  /// - Throws: `ReplacedScanError`.
  func plan(_ subjects: [Batch.Subject], force: Bool = false) throws(ReplacedScanError) -> [Batch.Subject] {
    var planned: [Batch.Subject] = []
    for subject in subjects { planned.append(try records.plan(subject, force: force).subject) }
    return planned
  }

  /// Normalizes the planned subjects.
  /// - Throws: `StatusTableError`. A scan that fails is not an error but a row of the table.
  func run(
    _ subjects: [Batch.Subject], jobs: JobShare, memory: JobMemory,
    report: @escaping @Sendable (Batch.Event) -> Void
  ) throws(StatusTableError) -> Batch.Summary {
    let folders = subjects.flatMap(\.outputs).map(\.parentFolder) + [folder, folder.joined(".grisea")]
    for folder in Set(folders) { AtomicFile.removeAbandoned(in: folder) }
    var batch = Batch(subjects, version: version, status: StatusTable(folder: folder, shard: shard))
    batch.memoryLimit = min(memory.preferred, memory.limit)
    batch.overlaps = jobs.threads > 1
    let normalizer = ScanNormalizer(template: template.maps, settings: Self.settings)
    return try batch.run(jobs: jobs, { steps(normalizer, memory) }, named: Self.name, report: report)
  }

  /// The functions of one job.
  private func steps(_ normalizer: ScanNormalizer, _ memory: JobMemory) -> Stage<Head, Found> {
    var stage = Stage<Head, Found>(
      name: Self.name,
      read: { subject, room in
        guard let gray = try RecordedImage(contentsOf: subject.path, room: room),
          let path = NormalizationFiles.white(beside: subject.path),
          let white = try RecordedImage(contentsOf: path, room: room)
        else { return nil }
        return Head(
          maps: try TissueMaps(gray: gray.image, white: white.image), inputs: gray.files + white.files)
      },
      work: { head in
        guard let scan = normalizer(head.maps, options) else {
          throw NormalizationError.noTissue(path: head.inputs.first?.path ?? "")
        }
        return Found(scan: scan, grid: head.maps.grid, inputs: head.inputs)
      },
      write: { subject, found in .init(lines: subject.results, warning: try write(found, of: subject)) })
    stage.memory = { head in try need(for: head.maps.grid, memory) }
    stage.residue = { _ in Self.bytesWritten * template.maps.grid.count }
    return stage
  }

  /// Writes images and sidecars, and the completion record last.
  /// - Returns: why the scan needs a visual check; `nil` where it does not.
  private func write(_ found: Found, of subject: Batch.Subject) throws -> String? {
    let (files, scan) = (files(of: subject), found.scan)
    guard let toScan = scan.normalization.fieldOfTemplate(in: found.grid) else {
      throw NormalizationError.outside(path: subject.path)
    }
    try AtomicFile.makeFolder(files.gray.parentFolder)
    let sidecars = NormalizationSidecars(
      space: template.space.name, templateHash: template.hash, spacing: template.maps.grid.affine.spacing.x,
      settings: Self.settings, options: options, version: version)
    let white = NormalizationFiles.white(beside: subject.path).map(source)
    for (path, sidecar) in sidecars.all(of: files, sources: [subject.source] + [white].compactMap { $0 }) {
      try AtomicFile.write(JSONText.readable(sidecar), to: path)
    }
    try scan.maps.gray.write(to: files.gray)
    if let path = files.modulated { try scan.modulated.write(to: path) }
    if let path = files.smoothed, let smoothed = scan.smoothed { try smoothed.write(to: path) }
    try scan.normalization.fieldOfHead.write(to: files.toTemplate)
    try toScan.write(to: files.toScan)
    let row = NormalizationRow(
      scan: subject.name, quality: scan.quality, space: template.space, options: options)
    try records.keep(subject, inputs: found.inputs, volumes: row)
    return row.quality.foldedVoxels > 0
      ? "the map folds in \(row.quality.foldedVoxels) voxels; look at the maps" : nil
  }

  /// Returns the bytes that the process holds at most while it normalizes a scan on this grid.
  /// - Throws: `MemoryRefusal` where these are more than the limit.
  private func need(for grid: Grid, _ memory: JobMemory) throws(MemoryRefusal) -> Int {
    let maps = 2 * RecordedImage.bytesPerVoxel * grid.count + Self.bytesHeld * template.maps.grid.count
    let needed = maps + Self.programByteCount
    guard needed <= memory.limit else {
      throw MemoryRefusal(
        needed: needed, limit: memory.limit,
        shares: [.init(what: "the maps and the registration", byteCount: maps)], option: memory.option)
    }
    return needed
  }

  /// Bytes for each voxel of the template: of the registration at its largest, measured and rounded up; and of a result
  /// until it is written.
  private static let (bytesHeld, bytesWritten) = (200, 100)
  /// Bytes of code, libraries, the template and system buffers.
  private static let programByteCount = 100_000_000
}
