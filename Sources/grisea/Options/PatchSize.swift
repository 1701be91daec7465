import ArgumentParser
import Segmentation

/// `96`, or `160x192x160`: voxels along i, j, k.
struct PatchSize: ExpressibleByArgument, CustomStringConvertible {
  let voxels: SIMD3<Int>

  init(cube side: Int) { voxels = SIMD3(repeating: side) }

  init?(argument: String) {
    let parts = argument.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    let numbers = parts.compactMap { $0 }.filter { (1...SegmentationModel.longestSide).contains($0) }
    guard numbers.count == parts.count else { return nil }
    switch numbers.count {
    case 1: voxels = SIMD3(repeating: numbers[0])
    case 3: voxels = SIMD3(numbers[0], numbers[1], numbers[2])
    default: return nil
    }
  }

  var description: String {
    voxels == SIMD3(repeating: voxels.x) ? "\(voxels.x)" : "\(voxels.x)x\(voxels.y)x\(voxels.z)"
  }

  var defaultValueDescription: String { description }
}
