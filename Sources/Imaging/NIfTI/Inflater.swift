import CNIfTI

/// A gzip or zlib stream in memory that is inflated piece by piece.
final class Inflater {
  /// The wrapper of the compressed data. The raw values are zlib's window bits: 15 for the largest window, plus 16 for
  /// gzip.
  enum Wrapper: Int32 {
    case gzip = 31
    case zlib = 15
  }

  /// A reason why the stream cannot be inflated to its end.
  enum Failure {
    /// The compressed data or a checksum is wrong.
    case corrupt
    /// The input ends before the stream ends.
    case incomplete
  }

  private let input: [UInt8]
  private var position = 0
  /// zlib's state refers to its `z_stream`, which therefore must not move in memory.
  private let stream: UnsafeMutablePointer<z_stream>
  /// Whether the last member has ended with a correct checksum.
  private var ended = false
  /// The number of inflated bytes so far.
  private(set) var produced = 0
  /// The reason why the stream stopped before its end.
  private(set) var failure: Failure?

  /// Returns whether bytes start with gzip's magic number.
  static func isGzip(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1f, 0x8b]) }

  /// Prepares the inflation of a stream.
  init(_ input: [UInt8], wrapper: Wrapper = .gzip) {
    self.input = input
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // This fails only without memory or with another zlib. Then every call of `inflate` below reports a stream error.
    inflateInit2_(stream, wrapper.rawValue, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// Fills the buffer from the stream, and returns the number of bytes. It is smaller than the buffer only at the end
  /// of the stream or after a failure.
  func read(into output: UnsafeMutableRawBufferPointer) -> Int {
    var filled = 0
    while filled < output.count && !ended && failure == nil {
      let piece = UnsafeMutableRawBufferPointer(rebasing: output[filled...])
      let (status, bytes) = inflatePiece(into: piece)
      filled += bytes
      produced += bytes
      switch status {
      case Z_OK: break
      case Z_STREAM_END: beginNextMember()
      // No progress was possible because the input is used up.
      case Z_BUF_ERROR: failure = .incomplete
      default: failure = .corrupt
      }
    }
    return filled
  }

  /// Inflates the remaining stream to check it and to count its bytes.
  func finish() {
    var scratch = [UInt8](repeating: 0, count: 1 << 18)
    scratch.withUnsafeMutableBytes { buffer in
      while !ended && failure == nil { _ = read(into: buffer) }
    }
  }

  private func inflatePiece(into output: UnsafeMutableRawBufferPointer) -> (status: Int32, bytes: Int) {
    // zlib's counters have 32 bits.
    let limit = 1 << 30
    return input.withUnsafeBufferPointer { source in
      let available = min(source.count - position, limit)
      let room = min(output.count, limit)
      // zlib does not write to its input. Its declaration lacks `const`.
      stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress.map { $0 + position })
      stream.pointee.avail_in = UInt32(available)
      stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
      stream.pointee.avail_out = UInt32(room)
      let status = inflate(stream, Z_NO_FLUSH)
      position += available - Int(stream.pointee.avail_in)
      return (status, room - Int(stream.pointee.avail_out))
    }
  }

  /// Starts the next stream of a gzip file, which can contain several in a row. Any bytes after the last are padding.
  private func beginNextMember() {
    if input[position...].starts(with: [0x1f, 0x8b]) {
      if inflateReset(stream) != Z_OK { failure = .corrupt }
    } else {
      ended = true
    }
  }
}

extension Inflater {
  /// Inflates all members of `input` at once. Returns true if they are sound, including their checksums, and fill the
  /// buffer exactly.
  ///
  /// libdeflate takes half of zlib's time, because it cannot stop between two bytes. For the same reason it cannot
  /// report the position of an error. After false, zlib must inflate the stream again to find the cause.
  static func inflateWhole(_ input: [UInt8], into output: UnsafeMutableRawBufferPointer) -> Bool {
    guard let decompressor = libdeflate_alloc_decompressor() else { return false }
    defer { libdeflate_free_decompressor(decompressor) }
    return input.withUnsafeBytes { source in
      var (rest, room) = (source[...], output[...])
      // Members follow each other. Any bytes after the last member are padding.
      repeat {
        var (consumed, produced) = (0, 0)
        let status = libdeflate_gzip_decompress_ex(
          decompressor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count,
          UnsafeMutableRawBufferPointer(rebasing: room).baseAddress, room.count, &consumed, &produced)
        guard status == LIBDEFLATE_SUCCESS else { return false }
        rest = rest.dropFirst(consumed)
        room = room.dropFirst(produced)
      } while rest.starts(with: [0x1f, 0x8b])
      return room.isEmpty
    }
  }
}
