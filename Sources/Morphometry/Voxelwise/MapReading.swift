import Imaging
import Statistics

/// The maps of an analysis as they are read: one at a time, first for the mask and then for the model.
package struct MapReading {
  package let paths: [String]
  package let grid: Grid
  package let header: NIfTIHeader
  package let mask: VoxelMask
  /// How the mask was made, in words.
  package let rule: String

  /// Reads all maps, one after the other. A voxel that is not finite in a map is missing in it, and not analyzed.
  /// - Parameter allowed: a mask that limits the voxels.
  package init(paths: [String], threshold: Double, allowed: String?) throws {
    guard let first = paths.first else { throw StatisticsError.noMaps }
    let image = try NIfTIImage(keepingMissingVoxelsOf: first)
    let grid = image.volume.grid
    var sums = [Double](repeating: 0, count: grid.count)
    var (least, most) = (image.volume.voxels, image.volume.voxels)
    for path in paths {
      let voxels = path == first ? image.volume.voxels : try Self.voxels(path, grid, first)
      guard voxels.contains(where: { $0 != 0 }) else { throw StatisticsError.emptyMap(path: path) }
      for index in voxels.indices {
        sums[index] += Double(voxels[index])
        least[index] = min(least[index], voxels[index])
        most[index] = max(most[index], voxels[index])
      }
    }
    let limit = try allowed.map { try Self.voxels($0, grid, first) }
    var rule = "the mean of \(paths.count) maps is above \(threshold), and the maps differ"
    if let allowed { rule += ", inside \(allowed)" }
    let count = Double(paths.count)
    // The sum of a missing voxel is NaN, which is above no threshold.
    let missing = sums.count { $0.isNaN }
    if missing > 0 { rule += "; \(missing) voxels that are not finite in every map are left out" }
    let inside = sums.indices.map { index in
      sums[index] / count > threshold && least[index] < most[index] && (limit?[index] ?? 1) > 0
    }
    mask = VoxelMask(shape: grid.shape, inside: inside)
    guard mask.count > 0 else { throw StatisticsError.emptyMask(rule: rule) }
    self.paths = paths
    self.rule = rule
    self.grid = grid
    header = image.header
  }

  /// The maps, slab after slab.
  /// - Parameter scratch: a folder for a scratch file, in place of memory.
  package func slabs(scratch: String?) throws -> VoxelSlabs {
    let slabs = try VoxelSlabs(scans: paths.count, voxels: mask.count, scratch: scratch)
    for (scan, path) in paths.enumerated() {
      slabs.store(mask.compacted(try Self.voxels(path, grid, paths[0])), scan: scan)
    }
    return slabs
  }

  /// World coordinates in mm of a voxel of the mask.
  package func position(_ voxel: Int) -> SIMD3<Double> {
    let voxel = mask.voxel(voxel)
    return grid.affine([Double(voxel.x), Double(voxel.y), Double(voxel.z)])
  }

  private static func voxels(_ path: String, _ grid: Grid, _ first: String) throws -> [Float] {
    let volume = try NIfTIImage(keepingMissingVoxelsOf: path).volume
    guard volume.grid.matches(grid) else { throw StatisticsError.differentGrids(path: path, first: first) }
    return volume.voxels
  }
}
