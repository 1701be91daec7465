import CNIfTI
import Foundation

/// The content of one file, inflated on the fly if it is gzip, whatever its name says.
struct FileBytes {
  private let path: String
  private let bytes: [UInt8]
  private let inflater: Inflater?
  private var position = 0

  /// Opens exactly `path`: libnifti would prefer `x.nii` where `x.nii.gz` was asked for.
  init(path: String) throws(NIfTIError) {
    self.path = path
    do {
      bytes = try Self.content(of: path)
    } catch {
      throw NIfTIError(path: path, reason: error)
    }
    inflater = Inflater.isGzip(bytes) ? Inflater(bytes) : nil
  }

  /// The next `count` bytes, or fewer where the content ends.
  ///
  /// `count` may come from a damaged header: no more memory is taken than the file can fill.
  mutating func read(_ count: Int) throws(NIfTIError) -> [UInt8] {
    guard let inflater else {
      let end = min(position + count, bytes.count)
      defer { position = end }
      return Array(bytes[position..<end])
    }
    // deflate cannot shrink data by more than 1032 to 1.
    let possible = bytes.count * 1032 + 1024
    let result = [UInt8](unsafeUninitializedCapacity: min(count, possible)) { buffer, filled in
      filled = inflater.read(into: UnsafeMutableRawBufferPointer(buffer))
    }
    if inflater.failure == .corrupt { throw corruption(of: inflater) }
    return result
  }

  /// Checks that a compressed stream ends well.
  func finish() throws(NIfTIError) {
    guard let inflater else { return }
    inflater.finish()
    switch inflater.failure {
    case .incomplete: throw NIfTIError(path: path, reason: .checksumMissing)
    case .corrupt: throw corruption(of: inflater)
    case nil: return
    }
  }

  private func corruption(of inflater: Inflater) -> NIfTIError {
    NIfTIError(path: path, reason: .corruptStream(after: inflater.produced))
  }

  private static func content(of path: String) throws(NIfTIError.Reason) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw errno == ENOENT ? .notFound : .unreadable(errno: errno) }
    defer { close(descriptor) }
    var facts = stat()
    guard fstat(descriptor, &facts) == 0 else { throw .unreadable(errno: errno) }
    guard facts.st_mode & S_IFMT != S_IFDIR else { throw .isFolder }
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
