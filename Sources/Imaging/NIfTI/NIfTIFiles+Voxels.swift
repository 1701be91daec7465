import Numerics

extension NIfTIFiles {
  /// Voxels that are decoded at a time: stored and decoded they stay in the cache.
  private static let blockSize = 1 << 14
  /// Bytes that an array of voxels may be longer than its voxels need: room for header and extensions beside voxels
  /// that take as many bytes in the file.
  private static let spareBytes = 1 << 20

  /// All voxels, after which the compressed stream has been checked to its end.
  ///
  /// Memory is taken for what the file can hold, and once: a compressed stream is inflated into the far end of the
  /// array that becomes the voxels, and decoded from there forward.
  mutating func readVoxels() throws(NIfTIError) -> (voxels: [Float], losses: VoxelDecoder.Losses) {
    let (offset, stored) = (header.voxelOffset, header.voxelBytes)
    voxels.expected = offset + stored
    guard offset + stored <= voxels.largestContent else { throw try truncation() }
    let count = header.grid.count
    let fitsWhole = voxels.isCompressed && offset + stored <= 4 * count + Self.spareBytes
    let capacity = fitsWhole ? max(count, (offset + stored + 3) / 4) : count
    var losses = VoxelDecoder.Losses()
    var failure: NIfTIError?
    let result = [Float](unsafeUninitializedCapacity: capacity) { buffer, filled in
      let output = UnsafeMutableBufferPointer(rebasing: buffer[..<count])
      do throws(NIfTIError) {
        let memory = UnsafeMutableRawBufferPointer(buffer)
        let stream = UnsafeMutableRawBufferPointer(rebasing: memory.suffix(offset + stored))
        if fitsWhole && voxels.readWhole(into: stream) {
          losses = decode(UnsafeRawBufferPointer(rebasing: stream[offset...]), into: output)
        } else {
          losses = try decodeInPieces(into: output)
        }
        filled = count
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return (result, losses)
  }

  /// Decodes stored voxels that lie at the end of the output's own memory.
  ///
  /// Voxel n ends at byte 4(n + 1) of the output. Stored voxels of s bytes end with the memory or behind the output,
  /// so that of N voxels the one after n begins at byte 4N - s(N - n - 1) or later, and that is no less for s up to 4;
  /// wider ones begin at the memory's start or later, at s(n + 1). Either way a voxel overwrites only stored ones that
  /// have been decoded or copied. All that find room before the next stored one are decoded at once: of int16 the first
  /// half, then half of the rest, and so on.
  private func decode(
    _ stored: UnsafeRawBufferPointer, into output: UnsafeMutableBufferPointer<Float>
  ) -> VoxelDecoder.Losses {
    guard let low = UnsafeRawPointer(output.baseAddress), let high = stored.baseAddress else {
      return .init()
    }
    let (decoder, width) = (VoxelDecoder(header: header), header.datatype.bytes)
    var losses = VoxelDecoder.Losses()
    var start = 0
    while true {
      let end = min(output.count, (high + start * width - low) / 4)
      guard end - start > Self.blockSize else { break }
      let first = start
      losses += ParallelLoop.map(over: end - start) { slab in
        let range = first + slab.lowerBound..<first + slab.upperBound
        return decoder.decode(
          UnsafeRawBufferPointer(rebasing: stored[range.lowerBound * width..<range.upperBound * width]),
          into: UnsafeMutableBufferPointer(rebasing: output[range]))
      }.reduce(into: VoxelDecoder.Losses(), +=)
      start = end
    }
    var position = start * width
    losses += decodeBlocks(into: UnsafeMutableBufferPointer(rebasing: output[start...])) { block in
      block.copyMemory(from: UnsafeRawBufferPointer(rebasing: stored[position..<position + block.count]))
      position += block.count
      return block.count
    }
    return losses
  }

  /// Reads and decodes block by block: files that are not compressed, types wider than a decoded voxel, and streams
  /// that are longer than promised, or damaged.
  private mutating func decodeInPieces(
    into output: UnsafeMutableBufferPointer<Float>
  ) throws(NIfTIError) -> VoxelDecoder.Losses {
    try skipToVoxels()
    let losses = decodeBlocks(into: output) { voxels.read(into: $0) }
    guard voxels.position == header.voxelOffset + header.voxelBytes else { throw try truncation() }
    try voxels.finish()
    return losses
  }

  /// Calls `read` for the stored bytes of one block after the other, until it gives fewer than asked for.
  private func decodeBlocks(
    into output: UnsafeMutableBufferPointer<Float>, _ read: (UnsafeMutableRawBufferPointer) -> Int
  ) -> VoxelDecoder.Losses {
    let decoder = VoxelDecoder(header: header)
    let width = header.datatype.bytes
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.blockSize * width, alignment: 64)
    defer { memory.deallocate() }
    var losses = VoxelDecoder.Losses()
    for start in stride(from: 0, to: output.count, by: Self.blockSize) {
      let end = min(start + Self.blockSize, output.count)
      let block = UnsafeMutableRawBufferPointer(rebasing: memory[..<((end - start) * width)])
      guard read(block) == block.count else { return losses }
      losses += decoder.decode(
        UnsafeRawBufferPointer(block), into: UnsafeMutableBufferPointer(rebasing: output[start..<end]))
    }
    return losses
  }

  private mutating func skipToVoxels() throws(NIfTIError) {
    try voxels.skip(to: header.voxelOffset)
    guard voxels.position == header.voxelOffset else {
      throw NIfTIError(
        path: voxelPath,
        reason: .voxelOffsetBeyond(offset: header.voxelOffset, found: voxels.position))
    }
  }

  /// The error of a file that ends before its last voxel, after counting those that are there.
  private mutating func truncation() throws(NIfTIError) -> NIfTIError {
    if voxels.position < header.voxelOffset { try skipToVoxels() }
    let expected = header.voxelBytes
    try voxels.skip(to: header.voxelOffset + expected)
    do { try voxels.checkStream() } catch { throw NIfTIError(path: voxelPath, reason: error) }
    return NIfTIError(
      path: voxelPath,
      reason: .truncated(expected: expected, found: voxels.position - header.voxelOffset))
  }
}
