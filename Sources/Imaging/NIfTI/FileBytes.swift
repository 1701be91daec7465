import CNIfTI
import Files
import Foundation

/// The content of one file, read sequentially. A gzip file is recognized by its first bytes, whatever its name, and
/// inflated on the fly.
struct FileBytes {
  private let path: String
  private let bytes: [UInt8]
  private let inflater: Inflater?
  /// The system's facts about the file right before it was read, and the time of reading; `nil` for bytes in memory.
  private let origin: (signature: FileSignature?, time: Date)?
  /// The number of bytes of content that have been read or skipped.
  private(set) var position = 0
  /// The number of bytes of content that follows from the header, for errors.
  var expected: Int?

  /// Opens exactly the file at `path`. (libnifti would prefer `x.nii` over a given `x.nii.gz`.)
  init(path: String) throws(NIfTIError) {
    let bytes: [UInt8]
    let origin = (FileSignature(ofFile: path), Date())
    do { bytes = try Self.content(of: path) } catch { throw NIfTIError(path: path, reason: error) }
    try self.init(bytes, path: path, origin: origin)
  }

  /// Opens the content of a file that was read before. `path` is used in errors.
  init(
    _ bytes: [UInt8], path: String, origin: (signature: FileSignature?, time: Date)? = nil
  ) throws(NIfTIError) {
    guard !bytes.isEmpty else { throw NIfTIError(path: path, reason: .empty) }
    self.path = path
    self.bytes = bytes
    self.origin = origin
    inflater = Inflater.isGzip(bytes) ? Inflater(bytes) : nil
  }

  /// The record of the file, with the hash of the bytes that were read.
  var record: FileRecord {
    FileRecord(path: path, bytes: bytes, signature: origin?.signature, readAt: origin?.time ?? Date())
  }

  /// The largest number of bytes of content that the file can have, whatever its header claims: deflate cannot compress
  /// by more than 1032 to 1.
  var largestContent: Int { inflater == nil ? bytes.count : bytes.count * 1032 + 1024 }

  /// Whether the file is compressed.
  var isCompressed: Bool { inflater != nil }

  /// Returns the next `count` bytes, or fewer at the end of the content.
  mutating func read(_ count: Int) throws(NIfTIError) -> [UInt8] {
    do { return try read(forReason: count) } catch { throw NIfTIError(path: path, reason: error) }
  }

  /// Returns the next `count` bytes, or fewer at the end of the content. `count` may come from a damaged header: no
  /// more memory is used than the file can fill.
  mutating func read(forReason count: Int) throws(NIfTIError.Reason) -> [UInt8] {
    let possible = max(0, min(count, largestContent - position))
    let result = [UInt8](unsafeUninitializedCapacity: possible) { buffer, filled in
      filled = read(into: UnsafeMutableRawBufferPointer(buffer))
    }
    try checkStream()
    return result
  }

  /// Fills the buffer from the content, and returns the number of bytes. If it is smaller than the buffer,
  /// `checkStream` distinguishes the end of the content from a corrupt stream.
  mutating func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    var count = min(buffer.count, max(0, bytes.count - position))
    if let inflater {
      count = inflater.read(into: buffer)
    } else {
      bytes.withUnsafeBytes {
        buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[position..<position + count]))
      }
    }
    position += count
    return count
  }

  /// Inflates the entire content into a buffer. Returns true if the file is compressed, its content fills the buffer
  /// exactly, and its checksum is correct. With false, another method of reading must find the cause.
  func readWhole(into buffer: UnsafeMutableRawBufferPointer) -> Bool {
    isCompressed && Inflater.inflateWhole(bytes, into: buffer)
  }

  /// Throws an error if the compressed stream is corrupt.
  func checkStream() throws(NIfTIError.Reason) {
    if let inflater, inflater.failure == .corrupt { throw corruption(of: inflater) }
  }

  /// Skips bytes up to `offset` or to the end of the content. The position never moves backwards.
  mutating func skip(to offset: Int) throws(NIfTIError) {
    guard inflater != nil else {
      position = max(position, min(offset, bytes.count))
      return
    }
    while position < offset {
      let before = position
      _ = try read(min(offset - position, 1 << 18))
      if position == before { return }
    }
  }

  /// Checks a compressed stream up to its end.
  func finish() throws(NIfTIError) {
    guard let inflater else { return }
    inflater.finish()
    switch inflater.failure {
    case .incomplete: throw NIfTIError(path: path, reason: .checksumMissing(found: inflater.produced))
    case .corrupt: throw NIfTIError(path: path, reason: corruption(of: inflater))
    case nil: return
    }
  }

  /// Returns the error for a corrupt stream.
  private func corruption(of inflater: Inflater) -> NIfTIError.Reason {
    .corruptStream(expected: expected, found: inflater.produced)
  }

  /// Reads all bytes of a file.
  private static func content(of path: String) throws(NIfTIError.Reason) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      let code = errno
      if let link = DanglingLink(path) { throw .danglingLink("\(link)") }
      throw code == ENOENT ? .notFound : .unreadable(errno: code)
    }
    defer { close(descriptor) }
    var facts = stat()
    guard fstat(descriptor, &facts) == 0 else { throw .unreadable(errno: errno) }
    guard facts.st_mode & S_IFMT != S_IFDIR else {
      throw ForeignFormat.isDICOM(folder: path) ? .foreign(.dicom) : .isFolder
    }
    guard facts.st_size > 0 else { throw .empty }
    var failure: Int32?
    let bytes = [UInt8](unsafeUninitializedCapacity: Int(facts.st_size)) { buffer, filled in
      while filled < buffer.count {
        let count = Foundation.read(descriptor, buffer.baseAddress.map { $0 + filled }, buffer.count - filled)
        if count < 0 { failure = errno }
        guard count > 0 else { return }
        filled += count
      }
    }
    if let failure { throw .unreadable(errno: failure) }
    return bytes
  }
}
