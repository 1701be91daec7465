import Batch
import Files
import Foundation
import Imaging
import Morphometry

/// Normalizes gray matter maps to one template into one folder: the stage of `normalize`.
struct NormalizationStage: Sendable {
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
  private let batch: RecordedBatch<NormalizationRow>

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
    batch = try RecordedBatch(
      Self.name, folder: folder, program: program,
      recipe: Recipe(template: self.template.hash, options: options, settings: Self.settings),
      shared: self.template.files, shard: shard)
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
      subject.addWhiteMatter()
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
  func check(_ subjects: [Batch.Subject]) throws(ReplacedScanError) { try batch.check(subjects) }

  /// Decides what must be done about each subject, and why, as `RecordedBatch` does.
  func plan(_ subjects: [Batch.Subject], force: Bool = false) throws(ReplacedScanError) -> [Batch.Subject] {
    try batch.plan(subjects, force: force)
  }

  /// Normalizes the planned subjects.
  /// - Throws: `StatusTableError`. A scan that fails is not an error but a row of the table.
  func run(
    _ subjects: [Batch.Subject], jobs: JobShare, memory: JobMemory,
    report: @escaping @Sendable (Batch.Event) -> Void
  ) throws(StatusTableError) -> Batch.Summary {
    let normalizer = ScanNormalizer(template: template.maps, settings: Self.settings)
    return try batch.run(subjects, jobs: jobs, memory: memory, report: report) { steps(normalizer, memory) }
  }

  /// The functions of one job.
  private func steps(_ normalizer: ScanNormalizer, _ memory: JobMemory) -> Stage<RecordedHead, Found> {
    var stage = Stage<RecordedHead, Found>(
      name: Self.name,
      read: { subject, room in try RecordedHead(subject, room: room) },
      work: { head in
        guard let scan = normalizer(head.maps, options) else {
          throw NormalizationError.noTissue(path: head.inputs.first?.path ?? "")
        }
        return Found(scan: scan, grid: head.maps.grid, inputs: head.inputs)
      },
      write: { subject, found in .init(lines: subject.results, warning: try write(found, of: subject)) })
    stage.memory = { head in try head.need(onto: template.maps.grid, memory) }
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
      settings: Self.settings, options: options, version: batch.version)
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
    try batch.records.keep(subject, inputs: found.inputs, volumes: row)
    return Self.doubt(row.quality)
  }

  /// Returns why a normalized scan needs a visual check; `nil` where it does not.
  private static func doubt(_ quality: NormalizationQuality) -> String? {
    if quality.foldedVoxels > 0 { return "the map folds in \(quality.foldedVoxels) voxels; look at the maps" }
    guard quality.grayDice < leastDice else { return nil }
    return String(format: "gray matter and that of the template have a Dice of only %.2f; ", quality.grayDice)
      + "look at the maps, and check that label-GM and label-WM are not exchanged"
  }

  /// Dice with the template below which a scan is doubtful: four ordinary scans had 0.86 to 0.88, and 0.53 was found where
  /// gray and white matter were exchanged.
  private static let leastDice = 0.6

  /// Bytes for each voxel of the template of a result until it is written.
  private static let bytesWritten = 100
}
