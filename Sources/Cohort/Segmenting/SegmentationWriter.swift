import Evaluation
import Foundation
import Imaging
import Provenance
import Segmentation

/// A scan with the hashes of its files.
struct HashedScan: Sendable {
  var image: NIfTIImage
  var files: [FileRecord]

  /// Hashes first and reads then: where the file changes in between, the record tells of other bytes than are there
  /// afterwards, and the next batch does the scan again.
  /// - Returns: `nil` where the scan would hold more than `room` bytes.
  init?(contentsOf path: String, room: Int) throws {
    var hashes = FileHashes()
    let records = Result { try hashes.records(ScanName.files(of: path)) }
    if room < Int.max {
      let count = try NIfTIHeader(contentsOf: path).grid.count
      guard count * Self.bytesPerVoxel <= room else { return nil }
    }
    // The reader's words for what is wrong with a file are better than the hash's.
    image = try NIfTIImage(contentsOf: path)
    files = try records.get()
  }

  /// Voxels as float32, and a file as large as they are.
  private static let bytesPerVoxel = 8
}

/// A scan, and what was found in it.
struct SegmentedScan: Sendable {
  var scan: HashedScan
  var result: Segmentation

  /// What it holds until it is written: the scan, labels and three probabilities (18 bytes a voxel), and 30 more for
  /// masks, a compressed file, and the connected parts of the worst case, which is noise.
  var byteCount: Int { 48 * result.labels.labels.count }
}

/// Writes what was found in a scan, and remembers how it came to be.
struct SegmentationWriter: Sendable {
  let recipe: SegmentationRecipe
  let arguments: [String]
  let memory: SubjectMemory
  let volumes: SharedVolumeTable

  /// Images, sidecars, picture, the row of volumes, and the record last: a subject with a record has all its files.
  /// - Throws: `NIfTIError`, `EvaluationError`, `VolumeTableError` and what else the file system refuses.
  func write(_ found: SegmentedScan, _ task: SegmentationTask) throws {
    var result = found.result
    if recipe.options.largestComponent { result.keepLargestComponent() }
    let (image, files) = (found.scan.image, task.files)
    let folder = files.labels.parentFolder
    if !folder.isEmpty {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }
    if let picture = files.picture {
      try SlicePicture(scan: image.volume, mask: result.mask(of: .grayMatter)).write(to: picture)
    }
    try writeSidecars(task, sourceHash: found.scan.files.first?.hash)
    let brain = result.brainMask
    try result.writeImages(to: files, like: image.header, brain: brain, compact: recipe.options.compact)
    let quality = SegmentationQuality(result, scan: image.volume, brain: brain)
    let row = VolumeTable.Row(subject: task.subject.name, result, brain: brain, quality: quality)
    try volumes.add([row], to: files.volumes)
    var hashes = FileHashes()
    try memory.keep(
      SubjectRecord(
        subject: task.subject.name, program: recipe.program, arguments: arguments, model: recipe.model.hash,
        inputs: found.scan.files.map(\.withoutFolder),
        outputs: try hashes.records(task.outputs).map(\.withoutFolder), volumes: row))
  }

  private func writeSidecars(_ task: SegmentationTask, sourceHash: ContentHash?) throws {
    let sidecars = Sidecar.all(
      task.files, source: task.source, sourceHash: sourceHash, recipe, arguments: arguments)
    for (path, sidecar) in sidecars { try WholeText.write(WholeText.json(sidecar), to: path) }
  }
}
