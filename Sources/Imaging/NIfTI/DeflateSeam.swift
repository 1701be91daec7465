import CNIfTI

/// Turns a whole deflate stream into one that another may follow.
///
/// libdeflate ends every stream with a block marked as the last, at any bit. Here the mark is taken off, and an empty
/// stored block (RFC 1951, 3.2.4) fills up the last byte. Finding mark and end takes inflating: a fraction of the time
/// of deflating, in parallel as that, and together still less than zlib's, which can end a stream unmarked.
enum DeflateSeam {
  /// `bytes`: one stream of raw deflate, as libdeflate makes it.
  static func open(_ bytes: inout [UInt8]) {
    guard let (mark, end) = lastBlock(of: bytes) else {
      preconditionFailure("zlib inflates what libdeflate has deflated")
    }
    bytes[mark / 8] &= ~(1 << UInt8(mark % 8))
    bytes.removeLast(bytes.count - (end + 7) / 8)
    // Bits behind the end become the stored block's three of header: not last, type 0.
    if end % 8 > 0 { bytes[end / 8] &= 1 << UInt8(end % 8) - 1 }
    if (end + 3 + 7) / 8 > bytes.count { bytes.append(0) }
    // Its length 0, and that inverted.
    bytes += [0, 0, 0xff, 0xff]
  }

  /// Bits from the start of the stream to the last block, and to that block's end.
  private static func lastBlock(of bytes: [UInt8]) -> (start: Int, end: Int)? {
    var stream = z_stream()
    // Negative window: raw deflate.
    guard
      inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { return nil }
    defer { inflateEnd(&stream) }
    return bytes.withUnsafeBufferPointer { source in
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1 << 18) { scratch in
        // zlib does not write to its input; the header of this type lacks `const`.
        stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
        stream.avail_in = UInt32(source.count)
        var start = 0
        while true {
          stream.next_out = scratch.baseAddress
          stream.avail_out = UInt32(scratch.count)
          guard inflate(&stream, Z_BLOCK) == Z_OK else { return nil }
          // data_type: 128 between two blocks, 64 in or behind the last, and the bits of the last byte not yet used.
          guard stream.data_type & 128 != 0 else { continue }
          let position = 8 * Int(stream.total_in) - Int(stream.data_type & 7)
          if stream.data_type & 64 != 0 { return (start, position) }
          start = position
        }
      }
    }
  }
}
