import CNIfTI
import Foundation
import Numerics

/// Compression to one gzip stream on all cores.
///
/// The input is divided into blocks of fixed size. Each block is deflated independently and ended on a byte boundary,
/// so that the concatenation is one valid stream (the method of pigz). The bytes depend on the block size and not on
/// the number of cores: the same voxels give the same file everywhere.
enum Deflater {
  /// The size of a block in bytes. Larger blocks compress better, and smaller blocks distribute better. At 1 MiB the
  /// loss is below 0.1 %.
  private static let blockSize = 1 << 20
  /// zlib's fastest level, which is nibabel's too. On T1w scans it needs half the time of level 3 for a few per cent
  /// more bytes.
  private static let level: Int32 = 1
  /// The number of bytes of a block that are deflated with both strategies to choose one.
  private static let sampleSize = 1 << 15
  /// The largest ratio of sizes at which the strategy that matches only runs is chosen over the one that matches all.
  private static let acceptedGrowth = 1.03

  private struct Block {
    var bytes: [UInt8]
    var checksum: UInt
    var count: Int
  }

  /// Returns the pieces of the stream: header, blocks, and the checksum with the length.
  ///
  /// Each block is inflated again and compared with the input, so that no fault of zlib or of the memory ends in a
  /// file.
  /// - Throws: `NIfTIError.Reason.notCompressed` or `.compressedWrongly`.
  static func gzip(_ input: FileContent) throws(NIfTIError.Reason) -> [[UInt8]] {
    let results = ParallelLoop.map(over: input.size, size: blockSize) {
      range -> Result<Block, NIfTIError.Reason> in
      let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: range.count, alignment: 64)
      defer { memory.deallocate() }
      input.copy(range, to: memory)
      let bytes = UnsafeBufferPointer(memory.bindMemory(to: UInt8.self))
      return Result { () throws(NIfTIError.Reason) in
        try block(bytes, isLast: range.upperBound == input.size)
      }
    }
    var blocks: [Block] = []
    for result in results { blocks.append(try result.get()) }
    var checksum = UInt(crc32(0, nil, 0))
    for block in blocks { checksum = UInt(crc32_combine(checksum, block.checksum, block.count)) }
    // Magic number, method deflate, no flags, no time (equal voxels must give equal bytes), fastest, unknown OS.
    let header: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 255]
    let trailer = [UInt32(truncatingIfNeeded: checksum), UInt32(truncatingIfNeeded: input.size)]
    return [header] + blocks.map(\.bytes) + [
      trailer.flatMap { withUnsafeBytes(of: $0.littleEndian, Array.init) }
    ]
  }

  /// Deflates one block and verifies the result.
  private static func block(
    _ input: UnsafeBufferPointer<UInt8>, isLast: Bool
  ) throws(NIfTIError.Reason) -> Block {
    let bytes = try deflate(input, strategy: try strategy(for: input), isLast: isLast)
    guard inflates(bytes, to: input, isLast: isLast) else { throw .compressedWrongly }
    // libdeflate computes the checksum in a fifth of zlib's time.
    return Block(
      bytes: bytes, checksum: UInt(libdeflate_crc32(0, input.baseAddress, input.count)), count: input.count)
  }

  /// Returns whether the bytes of a block inflate to its input.
  private static func inflates(
    _ bytes: [UInt8], to input: UnsafeBufferPointer<UInt8>, isLast: Bool
  ) -> Bool {
    guard let decompressor = libdeflate_alloc_decompressor() else { return false }
    defer { libdeflate_free_decompressor(decompressor) }
    // If other blocks follow, an empty stored block is appended to end the stream.
    let stream = isLast ? bytes : bytes + [1, 0, 0, 0xff, 0xff]
    let output = UnsafeMutableRawBufferPointer.allocate(byteCount: max(input.count, 1), alignment: 64)
    defer { output.deallocate() }
    var count = 0
    let status = libdeflate_deflate_decompress(
      decompressor, stream, stream.count, output.baseAddress, input.count, &count)
    guard status == LIBDEFLATE_SUCCESS, count == input.count else { return false }
    return UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(output)[..<count])
      .holdsSameBytes(as: UnsafeRawBufferPointer(input))
  }

  /// Returns the zlib strategy for a block.
  ///
  /// Noise repeats only by chance, and zlib spends most of its time on finding such repetitions. If runs of one byte
  /// are the only useful repetitions, as in a scan of noise and empty space, matching only runs takes two thirds of the
  /// time.
  private static func strategy(for block: UnsafeBufferPointer<UInt8>) throws(NIfTIError.Reason) -> Int32 {
    let middle = max(0, block.count / 2 - sampleSize / 2)
    let sample = UnsafeBufferPointer(rebasing: block[middle..<min(middle + sampleSize, block.count)])
    let runs = try deflate(sample, strategy: Z_RLE, isLast: true).count
    let all = try deflate(sample, strategy: Z_DEFAULT_STRATEGY, isLast: true).count
    return Double(runs) <= acceptedGrowth * Double(all) ? Z_RLE : Z_DEFAULT_STRATEGY
  }

  /// Returns a block deflated without a wrapper.
  private static func deflate(
    _ input: UnsafeBufferPointer<UInt8>, strategy: Int32, isLast: Bool
  ) throws(NIfTIError.Reason) -> [UInt8] {
    var stream = z_stream()
    // A negative window size means raw deflate without a wrapper. 8 is zlib's standard memory level.
    let begun = deflateInit2_(
      &stream, level, Z_DEFLATED, -15, 8, strategy, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    guard begun == Z_OK else { throw .notCompressed(status: begun) }
    defer { deflateEnd(&stream) }
    // The flush adds up to five bytes to the bound.
    let bound = Int(deflateBound(&stream, UInt(input.count))) + 16
    var status = Z_OK
    let bytes = [UInt8](unsafeUninitializedCapacity: bound) { output, filled in
      stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
      stream.avail_in = UInt32(input.count)
      stream.next_out = output.baseAddress
      stream.avail_out = UInt32(bound)
      status = CNIfTI.deflate(&stream, isLast ? Z_FINISH : Z_SYNC_FLUSH)
      filled = bound - Int(stream.avail_out)
    }
    // A flush is complete if output space is left.
    let isWhole =
      isLast ? status == Z_STREAM_END : status == Z_OK && stream.avail_in == 0 && stream.avail_out > 0
    guard isWhole else { throw .notCompressed(status: status) }
    return bytes
  }
}

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
