import Batch
import Files
import Foundation
import Imaging
import Morphometry

/// The maps of gray and white matter of a head that is registered, and the records of their files.
struct RecordedHead: Sendable {
  let maps: TissueMaps
  let inputs: [FileRecord]

  /// Reads the gray matter map of a subject and the white matter map beside it.
  /// - Returns: `nil` where they would hold more than `room` bytes.
  /// - Throws: `NIfTIError`, `UnreadableFile`, `NormalizationError.grids`, `.notProbabilities`.
  init?(_ subject: Batch.Subject, room: Int) throws {
    guard let gray = try RecordedImage(contentsOf: subject.path, room: room),
      let path = NormalizationFiles.white(beside: subject.path),
      let white = try RecordedImage(contentsOf: path, room: room)
    else { return nil }
    for map in [gray.image, white.image] {
      guard let least = map.volume.voxels.min(), let most = map.volume.voxels.max(),
        !Self.probabilities.contains(least) || !Self.probabilities.contains(most)
      else { continue }
      throw NormalizationError.notProbabilities(path: map.path, least: least, most: most)
    }
    maps = try TissueMaps(gray: gray.image, white: white.image)
    inputs = gray.files + white.files
  }

  /// Returns the bytes that the process holds at most while it registers the head.
  /// - Parameter template: the template's grid.
  /// - Throws: `MemoryRefusal` where these are more than the limit.
  func need(onto template: Grid, _ memory: JobMemory) throws(MemoryRefusal) -> Int {
    let own = 2 * RecordedImage.bytesPerVoxel * maps.grid.count + Self.bytesHeld * template.count
    return try memory.need(own, for: "the maps and the registration", beside: Self.programByteCount)
  }

  /// Probabilities, with the errors that interpolation and rounding leave.
  private static let probabilities: ClosedRange<Float> = -0.05...1.05
  /// Bytes for each voxel of the template of the registration at its largest, measured and rounded up.
  private static let bytesHeld = 200
  /// Bytes of code, libraries, the template and system buffers.
  private static let programByteCount = 100_000_000
}

extension Batch.Subject {
  /// Reads the white matter map beside a gray matter map as well, or reports that it is missing.
  mutating func addWhiteMatter() {
    if let white = NormalizationFiles.white(beside: path), FileManager.default.fileExists(atPath: white) {
      companions = ScanName.files(of: white)
    } else {
      fault = NormalizationError.noWhiteMatter(gray: path)
    }
  }
}
