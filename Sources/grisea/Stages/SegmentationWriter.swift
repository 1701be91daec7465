import Batch
import Evaluation
import Files
import Foundation
import Imaging
import Reports
import Segmentation

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
  let memory: SubjectMemory<VolumeTable.Row>
  let volumes: SharedVolumeTable

  /// Images, sidecars, picture, the row of volumes, and the record last: a subject with a record has all its files.
  /// - Returns: the row.
  /// - Throws: `NIfTIError`, `EvaluationError`, `VolumeTableError` and what else the file system refuses.
  func write(_ found: SegmentedScan, _ task: SegmentationTask) throws -> VolumeTable.Row {
    var result = found.result
    if recipe.options.largestComponent { result.keepLargestComponent() }
    let (image, files) = (found.scan.image, task.files)
    try AtomicFile.makeFolder(files.labels.parentFolder)
    if let picture = files.picture {
      try SlicePicture(scan: image.volume, mask: result.mask(of: .grayMatter)).write(to: picture)
    }
    try writeSidecars(task, sourceHash: found.scan.files.first?.hash)
    let brain = result.brainMask
    try result.writeImages(to: files, like: image.header, brain: brain, compact: recipe.options.compact)
    let quality = SegmentationQuality(result, scan: image.volume, brain: brain)
    let row = VolumeTable.Row(subject: task.subject.name, result, brain: brain, quality: quality)
    try volumes.add([row], to: files.volumes)
    try memory.keep(task, inputs: found.scan.files, volumes: row)
    return row
  }

  private func writeSidecars(_ task: SegmentationTask, sourceHash: ContentHash?) throws {
    let sidecars = Sidecar.all(
      task.files, source: task.source, sourceHash: sourceHash, recipe, arguments: memory.recipe.arguments)
    for (path, sidecar) in sidecars { try AtomicFile.write(JSONText.readable(sidecar), to: path) }
  }
}
