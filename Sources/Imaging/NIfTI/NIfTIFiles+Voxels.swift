import Numerics

extension NIfTIFiles {
  /// The number of voxels decoded at a time. Stored and decoded, they fit into the cache.
  private static let blockSize = 1 << 14
  /// The number of bytes by which the array of voxels may exceed the voxels, to have room for header and extensions
  /// besides voxels of four bytes.
  private static let spareBytes = 1 << 20

  /// Reads all voxels and checks a compressed stream up to its end.
  ///
  /// Memory is allocated once, and only for content that the file can have. A compressed stream is inflated into the
  /// far end of the array that becomes the voxels, and decoded from there forwards.
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
  /// Decoded voxel n ends at byte 4(n + 1) of the output. Stored voxels of s bytes end at the end of the memory or
  /// behind the output. For s up to 4 the stored voxel after n of N voxels starts at byte 4N - s(N - n - 1) or later,
  /// which is not below 4(n + 1). Wider stored voxels start at the start of the memory or later, so that the voxel
  /// after n starts at s(n + 1) or later. In both cases a decoded voxel overwrites only stored voxels that have been
  /// decoded or copied. All voxels that fit before the next stored voxel are decoded in parallel: of int16 the first
  /// half, then half of the rest, and so on.
  private func decode(
    _ stored: UnsafeRawBufferPointer, into output: UnsafeMutableBufferPointer<Float>
  ) -> VoxelDecoder.Losses {
    guard let low = UnsafeRawPointer(output.baseAddress), let high = stored.baseAddress else {
      return .init()
    }
    let (decoder, width) = (VoxelDecoder(header: header, missing: missing), header.datatype.bytes)
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

  /// Reads and decodes block by block. This handles files without compression, types wider than a decoded voxel, and
  /// streams that are damaged or longer than expected.
  private mutating func decodeInPieces(
    into output: UnsafeMutableBufferPointer<Float>
  ) throws(NIfTIError) -> VoxelDecoder.Losses {
    try skipToVoxels()
    let losses = decodeBlocks(into: output) { voxels.read(into: $0) }
    guard voxels.position == header.voxelOffset + header.voxelBytes else { throw try truncation() }
    try voxels.finish()
    return losses
  }

  /// Decodes block by block. `read` is called for the stored bytes of each block, until it returns fewer than
  /// requested.
  private func decodeBlocks(
    into output: UnsafeMutableBufferPointer<Float>, _ read: (UnsafeMutableRawBufferPointer) -> Int
  ) -> VoxelDecoder.Losses {
    let decoder = VoxelDecoder(header: header, missing: missing)
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

  /// Skips the content before the voxels.
  private mutating func skipToVoxels() throws(NIfTIError) {
    try voxels.skip(to: header.voxelOffset)
    guard voxels.position == header.voxelOffset else {
      throw NIfTIError(
        path: voxelPath,
        reason: .voxelOffsetBeyond(offset: header.voxelOffset, found: voxels.position))
    }
  }

  /// Counts the bytes of voxels, and returns the error of a file that ends before its last voxel.
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
