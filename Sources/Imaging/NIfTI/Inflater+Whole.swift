import CNIfTI

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
