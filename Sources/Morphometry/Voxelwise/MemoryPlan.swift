import Foundation
import Imaging
import Statistics

/// What an analysis holds in memory, known before it starts.
public struct MemoryPlan: Hashable, Sendable {
  /// Bytes at most.
  public var bytes: Int
  /// Bytes of a scratch file that holds the maps; 0 where they are in memory.
  public var scratchBytes: Int
  /// Permutations that are computed together.
  public var batch: Int

  /// Room for the program, for two whole maps that are read, and for maps of results.
  private static let base = 64 << 20
  private static let bytesPerGridVoxel = 48
  private static let bytesPerVoxel = 160

  /// The fastest plan within a limit: fewer permutations together, then a scratch file.
  /// - Throws: `StatisticsError.memory`.
  public init(scans: Int, voxels: Int, gridVoxels: Int, threads: Int, limit: Int?) throws(StatisticsError) {
    let fixed = Self.base + gridVoxels * Self.bytesPerGridVoxel + voxels * Self.bytesPerVoxel
    let maps = VoxelSlabs.bytes(scans: scans, voxels: voxels)
    // With a scratch file each thread holds the slab that it works on.
    let slabs = 2 * threads * scans * VoxelSlabs.width * 4
    var least = Int.max
    for (held, scratch) in [(maps, 0), (slabs, maps)] {
      for batch in [PermutedModel.standardBatch, 16, 4] {
        let bytes = fixed + held + PermutedModel.bytes(voxels: voxels, batch: batch, threads: threads)
        least = min(least, bytes)
        guard bytes <= limit ?? .max else { continue }
        self.init(bytes: bytes, scratchBytes: scratch, batch: batch)
        return
      }
    }
    throw .memory(needed: least, limit: limit)
  }

  private init(bytes: Int, scratchBytes: Int, batch: Int) {
    self.bytes = bytes
    self.scratchBytes = scratchBytes
    self.batch = batch
  }
}
