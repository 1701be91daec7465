import ArgumentParser

/// A voxel size as a command names it: one number for all axes, or three separated by commas.
enum VoxelSize {
  /// In mm.
  /// - Throws: `ValidationError` where these are no sizes that voxels of a scan of a head can have: a typing error must
  ///   not ask for terabytes.
  static func parse(_ text: String) throws -> SIMD3<Double> {
    let sizes = text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) ?? .nan }
    guard sizes.count == 1 || sizes.count == 3, sizes.allSatisfy((0.1...20).contains) else {
      throw ValidationError("'\(text)' is no voxel size; give one or three numbers from 0.1 to 20 (mm)")
    }
    return sizes.count == 1 ? SIMD3(repeating: sizes[0]) : SIMD3(sizes[0], sizes[1], sizes[2])
  }
}
