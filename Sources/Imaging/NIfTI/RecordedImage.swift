import Files
import Foundation

/// A scan and the record of each file that makes it, from one reading: the hashes are those of the very bytes from which
/// header and voxels were decoded.
package struct RecordedImage: Sendable {
  /// The scan.
  package var image: NIfTIImage
  /// The records of `ScanName.files(of:)`, in their order.
  package var files: [FileRecord]

  /// Bytes that a scan holds for each voxel while it is read: a float32 value, and a file as large as that.
  package static let bytesPerVoxel = 8

  /// Reads a scan.
  /// - Parameter room: bytes that it may hold.
  /// - Returns: `nil` where it would hold more.
  /// - Throws: `NIfTIError`, or `UnreadableFile` for SPM's `.mat` file beside an Analyze image.
  package init?(contentsOf path: String, room: Int = .max) throws {
    let opened = try NIfTIFiles(path: path)
    guard room == .max || opened.header.grid.count * Self.bytesPerVoxel <= room else { return nil }
    // Before the voxels are decoded, so that the compressed bytes can be released right after.
    let read = Dictionary(opened.records.map { ($0.path, $0) }) { first, _ in first }
    var others = FileHashes()
    var files: [FileRecord] = []
    for file in ScanName.files(of: path) {
      if let record = read[file] { files.append(record) } else { files.append(try others.record(file)) }
    }
    self.files = files
    image = try NIfTIImage(opened, path: path)
  }
}
