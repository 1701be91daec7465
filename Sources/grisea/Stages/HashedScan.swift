import Batch
import Files
import Imaging

/// A scan with the hashes of all files that are read for it.
struct HashedScan: Sendable {
  var image: NIfTIImage
  var files: [FileRecord]

  /// Hashes first and reads then: where a file changes in between, the record tells of other bytes than are there
  /// afterwards, and the next batch does the scan again.
  /// - Returns: `nil` where the scan would hold more than `room` bytes.
  init?(of task: some ScanTask, room: Int) throws {
    if let fault = task.fault { throw fault }
    let scan = task.subject.scan
    var hashes = FileHashes()
    let records = Result { try hashes.records(task.inputs) }
    if room < Int.max {
      let count = try NIfTIHeader(contentsOf: scan).grid.count
      guard count * Self.bytesPerVoxel <= room else { return nil }
    }
    // The reader's words for what is wrong with a file are better than the hash's.
    image = try NIfTIImage(contentsOf: scan)
    files = try records.get()
  }

  /// Voxels as float32, and a file as large as they are.
  static let bytesPerVoxel = 8
}
