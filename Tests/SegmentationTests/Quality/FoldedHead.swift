import Foundation
import Imaging
import Numerics
import Segmentation

/// A head by formula, of an adult's size: folds of gray and white matter inside of fluid, a brain that hangs lower in the
/// rear. Its volumes, contrasts and sides are known.
struct FoldedHead {
  let grid: Grid
  let labels: LabelMap
  let scan: Volume

  /// - Parameters:
  ///   - orientation: of the voxels' axes; what lies in the world is the same.
  ///   - noise: standard deviation of all intensities; medians are 40, 80 and 120.
  init(orientation: String = "RAS", spacing: Double = 2, noise: Float = 10, seed: UInt64 = 1) {
    let size = Int(200 / spacing)
    let upright = Grid(
      shape: [size, size, size],
      affine: Affine(spacing: .init(repeating: spacing), origin: .init(repeating: -100 + spacing / 2)))
    grid = orientation == "RAS" ? upright : upright.reoriented(to: Orientation(orientation) ?? .ras)
    var labels = LabelMap(grid: grid)
    var scan = Volume(grid: grid)
    var generator = SeededGenerator(seed: seed)
    let means: [Float] = [0, 80, 120, 40]
    for k in 0..<size {
      for j in 0..<size {
        for i in 0..<size {
          let tissue = Self.tissue(at: grid.affine([Double(i), Double(j), Double(k)]))
          labels[i, j, k] = tissue
          let value = means[Int(tissue)] + noise * NormalDistribution.standard.next(using: &generator)
          scan[i, j, k] = max(0, value)
        }
      }
    }
    self.labels = labels
    self.scan = scan
  }

  /// At a place in world mm. A gyroid folds gray and white matter, each in one piece.
  private static func tissue(at point: SIMD3<Double>) -> UInt16 {
    func depth(_ middle: SIMD3<Double>, _ radii: SIMD3<Double>) -> Double {
      let d = (point - middle) / radii
      return (d * d).sum().squareRoot()
    }
    let share = min(depth([0, 0, 10], [66, 84, 60]), depth([0, -40, -35], [45, 35, 35]))
    if share > 1 { return 0 }
    if share > 0.96 { return 3 }
    let p = point * (2 * Double.pi / 20)
    let folds = sin(p.x) * cos(p.y) + sin(p.y) * cos(p.z) + sin(p.z) * cos(p.x)
    return folds < 0.2 ? 1 : 2
  }

  var segmentation: Segmentation { Segmentation(labels: labels, probabilities: [:]) }

  func quality(_ labels: LabelMap? = nil) -> SegmentationQuality {
    let found = Segmentation(labels: labels ?? self.labels, probabilities: [:])
    return SegmentationQuality(found, scan: scan, brain: found.brainMask)
  }
}
