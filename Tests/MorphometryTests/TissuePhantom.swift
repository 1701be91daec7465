import Foundation
import Imaging
import Morphometry

/// Heads that are formulas: a folded shell of gray matter around white matter.
enum TissuePhantom {
  /// 3 mm, 48 × 52 × 48.
  static let grid = Grid(shape: [48, 52, 48], affine: Affine(spacing: [3, 3, 3], origin: [-70, -75, -72]))

  /// Where white matter ends and gray matter ends, in mm from the middle, at a direction.
  static func radius(_ p: SIMD3<Double>) -> Double {
    let length = (p * p).sum().squareRoot()
    guard length > 0 else { return 40 }
    let d = p / length
    return 40 + 5 * sin(6 * d.x + 1) * cos(5 * d.y) + 4 * sin(7 * d.z) * cos(4 * d.x)
  }

  /// Gray and white matter at a position: borders are 3 mm wide.
  static func tissues(_ p: SIMD3<Double>) -> (gray: Float, white: Float) {
    let distance = (p * p).sum().squareRoot() - radius(p)
    func inside(_ distance: Double) -> Double { 1 / (1 + exp(distance / 1.2)) }
    let (white, brain) = (inside(distance + 5), inside(distance - 5))
    return (Float(brain - white), Float(white))
  }

  /// The head as it is seen by way of a map of positions.
  static func head(on grid: Grid = grid, _ map: (SIMD3<Double>) -> SIMD3<Double> = { $0 }) -> TissueMaps {
    var (gray, white) = (Volume(grid: grid), Volume(grid: grid))
    for k in 0..<grid.shape.z {
      for j in 0..<grid.shape.y {
        for i in 0..<grid.shape.x {
          let (g, w) = tissues(map(grid.affine([Double(i), Double(j), Double(k)])))
          (gray[i, j, k], white[i, j, k]) = (g, w)
        }
      }
    }
    return TissueMaps(gray: gray, white: white)
  }

  /// A velocity of a few waves per axis, up to `size` mm, that fades out towards the sides of the box.
  static func waves(on grid: Grid, size: Double, phase: Double = 0) -> StationaryVelocityField {
    StationaryVelocityField(grid: grid) { p in
      let fade = exp(-pow((p * p).sum().squareRoot() / 55, 6))
      return size * fade
        * SIMD3(
          sin(p.y / 17 + phase) * cos(p.x / 21), sin(p.z / 19 + 2 * phase) * cos(p.y / 18),
          sin(p.x / 16 - phase) * cos(p.z / 22))
    }
  }

  /// Distances between a map and another at the voxels of a grid that lie within 50 mm of the middle.
  static func distances(
    on grid: Grid, _ map: (SIMD3<Double>) -> SIMD3<Double>, _ other: (SIMD3<Double>) -> SIMD3<Double>,
    where isCounted: (SIMD3<Double>) -> Bool = { ($0 * $0).sum() < 50 * 50 }
  ) -> [Double] {
    var result: [Double] = []
    for k in 0..<grid.shape.z {
      for j in 0..<grid.shape.y {
        for i in 0..<grid.shape.x {
          let p = grid.affine([Double(i), Double(j), Double(k)])
          guard isCounted(p) else { continue }
          let difference = map(p) - other(p)
          result.append((difference * difference).sum().squareRoot())
        }
      }
    }
    return result
  }
}

extension [Double] {
  var mean: Double { reduce(0, +) / Double(Swift.max(1, count)) }
  func percentile(_ share: Double) -> Double {
    isEmpty ? 0 : sorted()[Swift.min(count - 1, Int(share * Double(count)))]
  }
}
