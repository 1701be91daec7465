import COneDNN
import Numerics

/// The rearrangement between voxels and channels of 2×2×2 blocks of voxels: from the plain f32 layout of the fine side
/// to blocks of channels on the coarse side.
package struct VoxelBlocks {
  private let batch, channels: Int
  /// The size (D, H, W) of the coarse side.
  private let size: SIMD3<Int>
  private let block: ChannelBlock
  /// The type of the coarse side.
  private let type: dnnl_data_type_t

  /// Prepares the rearrangement.
  /// - Parameters:
  ///   - fine: The dimensions [N, C, 2D, 2H, 2W] of the fine side.
  ///   - block: The block of channels of the coarse side.
  ///   - type: The type of the coarse side.
  package init(fine: [Int], block: ChannelBlock, type: dnnl_data_type_t) {
    batch = fine[0]
    channels = fine[1]
    size = [fine[2] / 2, fine[3] / 2, fine[4] / 2]
    self.block = block
    self.type = type
  }

  /// The number of blocks of the 8·C coarse channels.
  private var channelBlocks: Int { block.count(for: 8 * channels) }
  /// The number of channels in a block.
  private var width: Int { block.width(for: 8 * channels) }

  /// Writes the coarse tensor from the fine tensor.
  package func gather(
    _ fine: UnsafeMutableBufferPointer<Float>, into coarse: UnsafeMutableRawPointer, threads: Int
  ) {
    if type == dnnl_bf16 {
      gather(BrainFloatFormat.self, fine, coarse, threads)
    } else {
      gather(FloatFormat.self, fine, coarse, threads)
    }
  }

  /// Writes the fine tensor from the coarse tensor.
  package func scatter(
    _ coarse: UnsafeRawPointer, into fine: UnsafeMutableBufferPointer<Float>, threads: Int
  ) {
    if type == dnnl_bf16 {
      scatter(BrainFloatFormat.self, coarse, fine, threads)
    } else {
      scatter(FloatFormat.self, coarse, fine, threads)
    }
  }

  /// Writes the fine tensor from the coarse tensor if both have blocks of channels and each voxel has whole blocks.
  func scatterWhole(
    _ coarse: UnsafeRawPointer, into fine: UnsafeMutableRawPointer, threads: Int
  ) {
    forEachWholeBlock(threads) { coarseByte, fineByte, bytes in
      (fine + fineByte).copyMemory(from: coarse + coarseByte, byteCount: bytes)
    }
  }

  /// Writes the coarse tensor from the fine tensor if both have blocks of channels and each voxel has whole blocks.
  func gatherWhole(_ fine: UnsafeRawPointer, into coarse: UnsafeMutableRawPointer, threads: Int) {
    forEachWholeBlock(threads) { coarseByte, fineByte, bytes in
      (coarse + coarseByte).copyMemory(from: fine + fineByte, byteCount: bytes)
    }
  }

  /// Calls `body` for all groups of channels of a fine voxel that are contiguous on both sides: with their offsets on
  /// the coarse and on the fine side and their size, all in bytes.
  private func forEachWholeBlock(_ threads: Int, _ body: (_ coarse: Int, _ fine: Int, _ bytes: Int) -> Void) {
    precondition(block.suits(channels), "channels must fill whole blocks")
    let number = type == dnnl_bf16 ? 2 : 4
    let (unit, wide) = (block.width(for: channels), block.width(for: 8 * channels))
    let voxels = size.x * size.y * size.z
    _ = ParallelLoop.map(Array(0..<batch * size.x), threads: threads) { plane in
      let (sample, z) = (plane / size.x, plane % size.x)
      for y in 0..<size.y {
        for first in stride(from: 0, to: 8 * channels, by: unit) {
          let (corner, own) = (first / channels, first % channels)
          let coarse =
            (sample * 8 * channels + first / wide * wide) * voxels + (z * size.y + y) * size.z * wide + first
            % wide
          let (fineZ, fineY) = (2 * z + corner / 4, 2 * y + corner / 2 % 2)
          let fine =
            (sample * channels + own) * 8 * voxels
            + ((fineZ * 2 * size.y + fineY) * 2 * size.z + corner % 2) * unit
          for x in 0..<size.z {
            body((coarse + x * wide) * number, (fine + 2 * x * unit) * number, unit * number)
          }
        }
      }
    }
  }

  private func gather<Format: StorageFormat>(
    _ format: Format.Type, _ fine: UnsafeMutableBufferPointer<Float>, _ coarse: UnsafeMutableRawPointer,
    _ threads: Int
  ) {
    let width = width
    forEachRow(threads) { plane, y, row in
      for place in 0..<width {
        guard let first = start(plane: plane, y: y, place: place) else {
          for x in 0..<size.z { row[format.position(of: width * x + place)] = 0 }
          continue
        }
        for x in 0..<size.z { row[format.position(of: width * x + place)] = fine[first + 2 * x] }
      }
      format.store(row, count: width * size.z, to: coarse, from: (plane * size.y + y) * width * size.z)
    }
  }

  private func scatter<Format: StorageFormat>(
    _ format: Format.Type, _ coarse: UnsafeRawPointer, _ fine: UnsafeMutableBufferPointer<Float>,
    _ threads: Int
  ) {
    let width = width
    forEachRow(threads) { plane, y, row in
      format.load(coarse, from: (plane * size.y + y) * width * size.z, count: width * size.z, into: row)
      for place in 0..<width {
        guard let first = start(plane: plane, y: y, place: place) else { continue }
        for x in 0..<size.z { fine[first + 2 * x] = row[format.position(of: width * x + place)] }
      }
    }
  }

  /// Calls `body` for the coarse rows of all planes (sample, block of channels, z), each with a buffer for its
  /// channels.
  private func forEachRow(
    _ threads: Int, _ body: (_ plane: Int, _ y: Int, _ row: UnsafeMutableBufferPointer<Float>) -> Void
  ) {
    _ = ParallelLoop.map(Array(0..<batch * channelBlocks * size.x), threads: threads) { plane in
      withRow(of: width * size.z) { row in for y in 0..<size.y { body(plane, y, row) } }
    }
  }

  /// Returns the offset in the fine tensor of the row of a channel, or `nil` for a padding channel.
  private func start(plane: Int, y: Int, place: Int) -> Int? {
    let (slab, z) = (plane / size.x, plane % size.x)
    let (sample, index) = (slab / channelBlocks, slab % channelBlocks)
    let channel = width * index + place
    guard channel < 8 * channels else { return nil }
    let (corner, own) = (channel / channels, channel % channels)
    let fineZ = 2 * z + corner / 4
    let fineY = 2 * y + corner / 2 % 2
    return (((sample * channels + own) * 2 * size.x + fineZ) * 2 * size.y + fineY) * 2 * size.z + corner % 2
  }
}
