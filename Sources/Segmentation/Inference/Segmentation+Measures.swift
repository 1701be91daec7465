import Foundation
import Imaging

extension Segmentation {
  /// 1 inside the skull as far as the scan shows it: all tissue and what it encloses. Where a scan is
  /// skull-stripped, what was left of its fluid.
  public var brainMask: LabelMap {
    LabelMap(grid: labels.grid, labels: labels.labels.map { $0 == 0 ? 0 : 1 }).holesFilled()
  }

  /// The soft volume of a tissue in ml: the sum of its probabilities, so that a voxel that is half gray matter counts
  /// half.
  public func softVolume(of tissue: Tissue) -> Double {
    let sum = probabilities[tissue]?.voxels.reduce(0.0) { $0 + Double($1) } ?? 0
    return sum * labels.grid.voxelVolume / 1000
  }

  /// Where the network is in doubt: −Σ p ln p of each voxel over all tissues and background, as a share of the
  /// largest that is possible. 0 certain, 1 all alike.
  public var entropy: Volume {
    var entropy = Volume(grid: labels.grid)
    var rest = [Float](repeating: 1, count: entropy.voxels.count)
    let scale = -1 / logf(Float(probabilities.count + 1))
    func add(_ p: Float, at index: Int) { if p > 0 { entropy.voxels[index] += scale * p * logf(p) } }
    for (_, volume) in probabilities.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      for (index, p) in volume.voxels.enumerated() where p > 0 {
        add(p, at: index)
        rest[index] -= p
      }
    }
    for index in rest.indices where rest[index] < 1 { add(rest[index], at: index) }
    return entropy
  }
}
