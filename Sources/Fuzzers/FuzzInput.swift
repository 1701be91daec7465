import Foundation

/// One damaged file, or the two of a pair.
struct FuzzInput {
  var bytes: [UInt8]
  var image: [UInt8]?

  var size: Int { bytes.count + (image?.count ?? 0) }

  /// Whether a part of it is gzip.
  var isPacked: Bool { bytes.starts(with: [0x1f, 0x8b]) || image?.starts(with: [0x1f, 0x8b]) == true }

  init(_ bytes: [UInt8], image: [UInt8]? = nil) { (self.bytes, self.image) = (bytes, image) }

  /// As `CrashRecord` writes it: length of the first part (8 bytes), whether there is a second, the parts.
  init(contentsOf path: String) throws {
    let data = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    guard data.count >= 9 else { throw CocoaError(.fileReadCorruptFile) }
    let length = data[..<8].enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
    let parts = Array(data[9...])
    let end = min(length, parts.count)
    self.init(Array(parts[..<end]), image: data[8] == 1 ? Array(parts[end...]) : nil)
  }

  var record: [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: bytes.count >> (8 * $0)) } + [image == nil ? 0 : 1] + bytes
      + (image ?? [])
  }

  /// Writes the file for a reader that wants a path.
  func write(to path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw CocoaError(.fileWriteUnknown) }
    defer { close(descriptor) }
    guard bytes.withUnsafeBytes({ Foundation.write(descriptor, $0.baseAddress, $0.count) }) == bytes.count
    else {
      throw CocoaError(.fileWriteUnknown)
    }
  }
}

/// The input that is being read, on disk should this process end.
struct CrashRecord {
  private let path: String
  private let descriptor: Int32

  init(path: String) throws {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw CocoaError(.fileWriteUnknown) }
  }

  /// Overwrites the record; a page cache survives a crash, so nothing is forced to disk.
  mutating func write(_ input: FuzzInput) {
    let bytes = input.record
    ftruncate(descriptor, 0)
    _ = bytes.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
  }

  func remove() {
    close(descriptor)
    unlink(path)
  }
}
