import CNIfTI

/// A gzip or zlib stream in memory, inflated piece by piece.
final class Inflater {
  /// What stands around the compressed data: zlib's window bits, 15 for the largest window and 16 more for gzip.
  enum Wrapper: Int32 {
    case gzip = 31
    case zlib = 15
  }

  enum Failure {
    case corrupt
    /// The input ends before the stream does.
    case incomplete
  }

  private let input: [UInt8]
  private var position = 0
  /// zlib's state points back at its `z_stream`, so this must not move in memory.
  private let stream: UnsafeMutablePointer<z_stream>
  /// Whether the last member has ended with a right checksum.
  private var ended = false
  /// Inflated bytes so far.
  private(set) var produced = 0
  /// What stopped the stream before its end.
  private(set) var failure: Failure?

  static func isGzip(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1f, 0x8b]) }

  init(_ input: [UInt8], wrapper: Wrapper = .gzip) {
    self.input = input
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // This fails only without memory or with another zlib, and then every `inflate` below reports a stream error.
    inflateInit2_(stream, wrapper.rawValue, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// Fills as much of the buffer as the stream has left, and returns the number of bytes: fewer only at its
  /// end, or where `failure` says why.
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
      // No progress was possible: the input is used up.
      case Z_BUF_ERROR: failure = .incomplete
      default: failure = .corrupt
      }
    }
    return filled
  }

  /// Inflates what is left, to check it and count it.
  func finish() {
    var scratch = [UInt8](repeating: 0, count: 1 << 18)
    scratch.withUnsafeMutableBytes { buffer in
      while !ended && failure == nil { _ = read(into: buffer) }
    }
  }

  private func inflatePiece(into output: UnsafeMutableRawBufferPointer) -> (status: Int32, bytes: Int) {
    // zlib counts with 32 bits.
    let limit = 1 << 30
    return input.withUnsafeBufferPointer { source in
      let available = min(source.count - position, limit)
      let room = min(output.count, limit)
      // zlib does not write to its input; the header of this type lacks `const`.
      stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress.map { $0 + position })
      stream.pointee.avail_in = UInt32(available)
      stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
      stream.pointee.avail_out = UInt32(room)
      let status = inflate(stream, Z_NO_FLUSH)
      position += available - Int(stream.pointee.avail_in)
      return (status, room - Int(stream.pointee.avail_out))
    }
  }

  /// gzip files may be several streams in a row; what follows the last, if anything, is padding.
  private func beginNextMember() {
    if input[position...].starts(with: [0x1f, 0x8b]) {
      if inflateReset(stream) != Z_OK { failure = .corrupt }
    } else {
      ended = true
    }
  }
}
