import CNIfTI

extension Inflater {
  /// Inflates all members of `input` at once: true if they are sound, checksums included, and fill the buffer to its
  /// last byte.
  ///
  /// libdeflate takes half of zlib's time, as it need not stop at any byte, and for the same reason cannot tell where
  /// a bad stream failed. So `false` gives no reason: that is found by inflating again with zlib.
  static func inflateWhole(_ input: [UInt8], into output: UnsafeMutableRawBufferPointer) -> Bool {
    guard let decompressor = libdeflate_alloc_decompressor() else { return false }
    defer { libdeflate_free_decompressor(decompressor) }
    return input.withUnsafeBytes { source in
      var (rest, room) = (source[...], output[...])
      // Members follow each other; what follows the last, if anything, is padding.
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
