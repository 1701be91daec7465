import ArgumentParser

/// Numbers as a command names them, separated by commas: one for all axes, or three.
enum AxisNumbers {
  /// What is none becomes NaN, which no range contains.
  static func list(_ text: String) -> [Double] {
    text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) ?? .nan }
  }

  /// One number for all axes, or three.
  static func vector(_ numbers: [Double]) -> SIMD3<Double> {
    numbers.count == 1 ? SIMD3(repeating: numbers[0]) : SIMD3(numbers[0], numbers[1], numbers[2])
  }

  /// In mm.
  /// - Throws: `ValidationError` where these are no sizes that voxels of a scan of a head can have: a typing error must
  ///   not ask for terabytes.
  static func voxelSize(_ text: String) throws -> SIMD3<Double> {
    let sizes = list(text)
    guard sizes.count == 1 || sizes.count == 3, sizes.allSatisfy((0.1...20).contains) else {
      throw ValidationError("'\(text)' is no voxel size; give one or three numbers from 0.1 to 20 (mm)")
    }
    return vector(sizes)
  }
}
