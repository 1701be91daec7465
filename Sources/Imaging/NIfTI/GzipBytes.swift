/// gzip compression in memory, for tools of this package that make or dissect files.
package enum GzipBytes {
  /// Returns the bytes compressed to one gzip stream.
  package static func deflate(_ bytes: [UInt8]) throws(NIfTIError) -> [UInt8] {
    do { return try Deflater.gzip(FileContent(bytes)).flatMap { $0 } } catch {
      throw NIfTIError(path: "memory", reason: error)
    }
  }

  /// Returns the content of a gzip file. It rejects the same files as `NIfTIImage`.
  package static func inflate(_ bytes: [UInt8]) throws(NIfTIError) -> [UInt8] {
    var file = try FileBytes(bytes, path: "memory")
    var result: [UInt8] = []
    while true {
      let piece = try file.read(1 << 18)
      if piece.isEmpty { break }
      result += piece
    }
    try file.finish()
    return result
  }
}
