import COneDNN

/// The way between voxels and channels of 2×2×2 blocks: from the plain layout of f32 on the fine side to blocks of
/// sixteen channels on the coarse side, in the layouts in which images and convolutions' results lie.
struct VoxelBlocks {
  private let batch, channels: Int
  /// (D, H, W) of the coarse side.
  private let size: SIMD3<Int>
  /// Of the coarse side.
  private let type: dnnl_data_type_t

  /// - Parameter fine: [N, C, 2D, 2H, 2W].
  init(fine: [Int], type: dnnl_data_type_t) {
    batch = fine[0]
    channels = fine[1]
    size = [fine[2] / 2, fine[3] / 2, fine[4] / 2]
    self.type = type
  }

  /// Blocks of sixteen of the 8·C coarse channels, the last padded with zeros.
  private var channelBlocks: Int { (8 * channels + 15) / 16 }

  func gather(
    _ fine: UnsafeMutableBufferPointer<Float>, into coarse: UnsafeMutableRawPointer, threads: Int
  ) {
    if type == dnnl_bf16 {
      gather(SixteenBrainFloats.self, fine, coarse, threads)
    } else {
      gather(SixteenFloats.self, fine, coarse, threads)
    }
  }

  func scatter(
    _ coarse: UnsafeRawPointer, into fine: UnsafeMutableBufferPointer<Float>, threads: Int
  ) {
    if type == dnnl_bf16 {
      scatter(SixteenBrainFloats.self, coarse, fine, threads)
    } else {
      scatter(SixteenFloats.self, coarse, fine, threads)
    }
  }

  /// Between layouts with blocks of sixteen channels on both sides, where each voxel has whole blocks.
  func scatterWhole(
    _ coarse: UnsafeRawPointer, into fine: UnsafeMutableRawPointer, threads: Int
  ) {
    forEachWholeBlock(threads) { coarseByte, fineByte, bytes in
      (fine + fineByte).copyMemory(from: coarse + coarseByte, byteCount: bytes)
    }
  }

  func gatherWhole(_ fine: UnsafeRawPointer, into coarse: UnsafeMutableRawPointer, threads: Int) {
    forEachWholeBlock(threads) { coarseByte, fineByte, bytes in
      (coarse + coarseByte).copyMemory(from: fine + fineByte, byteCount: bytes)
    }
  }

  /// Visits the sixteen channels of every voxel: where they begin on the coarse and on the fine side, and how many bytes
  /// they are.
  private func forEachWholeBlock(_ threads: Int, _ body: (_ coarse: Int, _ fine: Int, _ bytes: Int) -> Void) {
    precondition(channels % 16 == 0, "whole blocks of sixteen channels")
    let bytes = type == dnnl_bf16 ? 32 : 64
    let slabs = channels / 16
    _ = concurrentMap(Array(0..<batch * channelBlocks * size.x), threads: threads) { plane in
      let (block, z) = (plane / size.x % channelBlocks, plane % size.x)
      let (sample, place, slab) = (plane / size.x / channelBlocks, block / slabs, block % slabs)
      let fineZ = (sample * slabs + slab) * 2 * size.x + 2 * z + place / 4
      for y in 0..<size.y {
        let fine = ((fineZ * 2 * size.y) + 2 * y + place / 2 % 2) * 2 * size.z + place % 2
        let coarse = (plane * size.y + y) * size.z
        for x in 0..<size.z { body((coarse + x) * bytes, (fine + 2 * x) * bytes, bytes) }
      }
    }
  }

  private func gather<Element: SixteenChannels>(
    _ element: Element.Type, _ fine: UnsafeMutableBufferPointer<Float>, _ coarse: UnsafeMutableRawPointer,
    _ threads: Int
  ) {
    forEachRow(threads) { plane, y, row in
      for lane in 0..<16 {
        let place = element.lane(of: lane)
        guard let first = start(plane: plane, y: y, lane: lane) else {
          for x in 0..<size.z { row[16 * x + place] = 0 }
          continue
        }
        for x in 0..<size.z { row[16 * x + place] = fine[first + 2 * x] }
      }
      let voxel = (plane * size.y + y) * size.z
      withVectors(of: row) { vectors in
        for x in 0..<size.z { element.store(vectors[x], to: coarse, at: voxel + x) }
      }
    }
  }

  private func scatter<Element: SixteenChannels>(
    _ element: Element.Type, _ coarse: UnsafeRawPointer, _ fine: UnsafeMutableBufferPointer<Float>,
    _ threads: Int
  ) {
    forEachRow(threads) { plane, y, row in
      let voxel = (plane * size.y + y) * size.z
      withVectors(of: row) { vectors in
        for x in 0..<size.z { vectors[x] = element.load(coarse, at: voxel + x) }
      }
      for lane in 0..<16 {
        guard let first = start(plane: plane, y: y, lane: lane) else { continue }
        let place = element.lane(of: lane)
        for x in 0..<size.z { fine[first + 2 * x] = row[16 * x + place] }
      }
    }
  }

  /// Visits the coarse rows of all planes (sample, block of channels, z), each with room for its sixteen channels.
  private func forEachRow(
    _ threads: Int, _ body: (_ plane: Int, _ y: Int, _ row: UnsafeMutableBufferPointer<Float>) -> Void
  ) {
    _ = concurrentMap(Array(0..<batch * channelBlocks * size.x), threads: threads) { plane in
      withUnsafeTemporaryAllocation(
        byteCount: 64 * size.z, alignment: MemoryLayout<SIMD16<Float>>.alignment
      ) { bytes in
        let row = bytes.bindMemory(to: Float.self)
        row.initialize(repeating: 0)
        for y in 0..<size.y { body(plane, y, row) }
      }
    }
  }

  private func withVectors(
    of row: UnsafeMutableBufferPointer<Float>, _ body: (UnsafeMutableBufferPointer<SIMD16<Float>>) -> Void
  ) {
    UnsafeMutableRawBufferPointer(row).withMemoryRebound(to: SIMD16<Float>.self, body)
  }

  /// Where in the fine tensor the row of a channel begins; `nil` for a channel that only pads.
  private func start(plane: Int, y: Int, lane: Int) -> Int? {
    let (slab, z) = (plane / size.x, plane % size.x)
    let (sample, block) = (slab / channelBlocks, slab % channelBlocks)
    let channel = 16 * block + lane
    guard channel < 8 * channels else { return nil }
    let (place, own) = (channel / channels, channel % channels)
    let fineZ = 2 * z + place / 4
    let fineY = 2 * y + place / 2 % 2
    return (((sample * channels + own) * 2 * size.x + fineZ) * 2 * size.y + fineY) * 2 * size.z + place % 2
  }
}
