import Foundation
import Imaging

extension Segmentation {
  /// Mean of `entropy` over the voxels of a mask; `nil` without probabilities, or without a voxel.
  ///
  /// Voxel by voxel: a volume of it would be held beside all else while the next scan is read.
  func meanEntropy(inside mask: LabelMap) -> Double? {
    let maps = probabilities.sorted { $0.key.rawValue < $1.key.rawValue }.map(\.value.voxels)
    guard !maps.isEmpty else { return nil }
    var (sum, count) = (0.0, 0)
    for index in mask.labels.indices where mask.labels[index] > 0 {
      var rest: Float = 1
      for map in maps {
        rest -= map[index]
        sum += Self.surprise(map[index])
      }
      sum += Self.surprise(rest)
      count += 1
    }
    return count > 0 ? sum / Double(count) / log(Double(maps.count + 1)) : nil
  }

  /// −p ln p, 0 at 0.
  private static func surprise(_ p: Float) -> Double { p > 0 ? -Double(p) * log(Double(p)) : 0 }
}
