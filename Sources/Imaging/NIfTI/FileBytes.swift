import CNIfTI
import Files
import Foundation

/// The content of one file, inflated on the fly if it is gzip, whatever its name says.
struct FileBytes {
  private let path: String
  private let bytes: [UInt8]
  private let inflater: Inflater?
  /// What the system said about the file right before it was read, and when that was; `nil` for bytes in memory.
  private let origin: (signature: FileSignature?, time: Date)?
  /// Bytes of content that have been read or passed over.
  private(set) var position = 0
  /// Bytes of content that the header promises, for errors.
  var expected: Int?

  /// Opens exactly `path`: libnifti would prefer `x.nii` where `x.nii.gz` was asked for.
  init(path: String) throws(NIfTIError) {
    let bytes: [UInt8]
    let origin = (FileSignature(ofFile: path), Date())
    do { bytes = try Self.content(of: path) } catch { throw NIfTIError(path: path, reason: error) }
    try self.init(bytes, path: path, origin: origin)
  }

  /// From the bytes of a file; `path` stands in errors.
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

  /// Bytes of content that the file cannot exceed, whatever its header promises: deflate cannot shrink data by more
  /// than 1032 to 1.
  var largestContent: Int { inflater == nil ? bytes.count : bytes.count * 1032 + 1024 }

  /// Whether the content comes out of compressed bytes.
  var isCompressed: Bool { inflater != nil }

  /// The next `count` bytes, or fewer where the content ends.
  mutating func read(_ count: Int) throws(NIfTIError) -> [UInt8] {
    do { return try read(forReason: count) } catch { throw NIfTIError(path: path, reason: error) }
  }

  /// `count` may come from a damaged header: no more memory is taken than the file can fill.
  mutating func read(forReason count: Int) throws(NIfTIError.Reason) -> [UInt8] {
    let possible = max(0, min(count, largestContent - position))
    let result = [UInt8](unsafeUninitializedCapacity: possible) { buffer, filled in
      filled = read(into: UnsafeMutableRawBufferPointer(buffer))
    }
    try checkStream()
    return result
  }

  /// Fills as much of the buffer as the content has left, and returns the number of bytes; where they are fewer than
  /// asked for, `checkStream` says whether the stream is corrupt.
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

  /// The whole content from its first byte on, if it is compressed, fills the buffer to its last byte and is sound to
  /// its end; `false` says only that something else must be tried, which then finds out why.
  func readWhole(into buffer: UnsafeMutableRawBufferPointer) -> Bool {
    isCompressed && Inflater.inflateWhole(bytes, into: buffer)
  }

  func checkStream() throws(NIfTIError.Reason) {
    if let inflater, inflater.failure == .corrupt { throw corruption(of: inflater) }
  }

  /// Passes over bytes up to `offset`, or to the end of the content; never back.
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

  /// Checks that a compressed stream ends well.
  func finish() throws(NIfTIError) {
    guard let inflater else { return }
    inflater.finish()
    switch inflater.failure {
    case .incomplete: throw NIfTIError(path: path, reason: .checksumMissing(found: inflater.produced))
    case .corrupt: throw NIfTIError(path: path, reason: corruption(of: inflater))
    case nil: return
    }
  }

  private func corruption(of inflater: Inflater) -> NIfTIError.Reason {
    .corruptStream(expected: expected, found: inflater.produced)
  }

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
