import Foundation
import Imaging
import Morphometry
import Numerics
import Statistics

/// An effect that is known: gray matter of one region is reduced by 10 % in half of the scans, drawn at random, and the
/// halves are compared, with age and sex as covariates. For each region the share of it that is found by TFCE at 5 %
/// family-wise is printed, and what is found elsewhere.
///
/// GRISEA_MAPS, GRISEA_PARTICIPANTS and GRISEA_SEX as `RealMaps` has them; the maps are in the template's space.
enum EffectBenchmark {
  private static let (permutations, spacing, loss) = (1000, 3.0, Float(0.1))
  /// Smoothing carries an effect over a region's border: no further than this is in the region, in mm.
  private static let reach = 12.0
  private static let regions: [(code: UInt16, name: String)] = [
    (17, "left hippocampus"), (49, "right thalamus"), (12, "left putamen"), (47, "right cerebellar cortex"),
  ]

  static func run() throws {
    guard let real = try RealMaps(spacing: spacing) else { return }
    let atlas = try StandardTemplate().atlas.map
    print("\(real.paths.count) maps, gray matter of a region reduced by 10 % in half of them")
    for (number, region) in regions.enumerated() {
      let inside = atlas.labels.map { $0 == region.code }
      let half = half(of: real.paths.count, seed: UInt64(number + 1))
      let (mask, grid, maps) = try real.smoothed { scan, map in
        guard half[scan] > 0 else { return }
        for index in map.voxels.indices where inside[index] { map.voxels[index] *= 1 - loss }
      }
      let columns = [Array(repeating: 1, count: maps.count), half, real.age, real.sex]
      let labels = LabelMap(grid: atlas.grid, labels: inside.map { $0 ? 1 : 0 })
      let core = labels.resampled(onto: grid)
      let near = labels.near(grid, within: reach)
      _ = try FamilyWise(
        maps, columns, mask: mask, permutations: permutations, seed: 1
      ) { fit, result in
        report(region.name, fit, result, mask, core: core, near: near)
      }
    }
  }

  /// 1 for half of the scans, else 0.
  private static func half(of count: Int, seed: UInt64) -> [Double] {
    var generator = SeededGenerator(seed: seed)
    let chosen = Set((0..<count).shuffled(using: &generator).prefix(count / 2))
    return (0..<count).map { chosen.contains($0) ? 1 : 0 }
  }

  private static func report(
    _ name: String, _ fit: VoxelwiseFit, _ result: PermutationResult, _ mask: VoxelMask, core: LabelMap,
    near: [Bool]
  ) {
    let p = PValues.shares(
      TFCE().enhanced(fit.statistic, in: mask).map { Double(abs($0)) }, null: result.maxima.map(\.tfce))
    var (found, all, elsewhere, gains) = (0, 0, 0, 0)
    for voxel in p.indices {
      let offset = mask.offsets[voxel]
      let isCore = core.labels[offset] == 1
      all += isCore ? 1 : 0
      guard p[voxel] <= 0.05 else { continue }
      found += isCore ? 1 : 0
      elsewhere += near[offset] ? 0 : 1
      gains += fit.statistic[voxel] > 0 ? 1 : 0
    }
    print(
      "  " + name.padding(toLength: 25, withPad: " ", startingAt: 0)
        + String(
          format:
            "found %3.0f %% of the region; further than %.0f mm from it %d voxels; gains %d; largest |t| %.1f",
          100 * Double(found) / Double(max(1, all)), reach, elsewhere, gains, result.maxima[0].statistic))
  }
}

extension LabelMap {
  /// Whether a voxel of another grid lies within a distance in mm of label 1.
  fileprivate func near(_ other: Grid, within distance: Double) -> [Bool] {
    let map = resampled(onto: other)
    let spacing = other.affine.spacing.x
    let steps = Int((distance / spacing).rounded(.up))
    var result = [Bool](repeating: false, count: other.count)
    for index in map.labels.indices where map.labels[index] == 1 {
      let place = SIMD3(
        index % other.shape.x, index / other.shape.x % other.shape.y, index / (other.shape.x * other.shape.y))
      for k in -steps...steps {
        for j in -steps...steps {
          for i in -steps...steps where spacing * Double(i * i + j * j + k * k).squareRoot() <= distance {
            let next = place &+ SIMD3(i, j, k)
            guard next.min() >= 0, (other.shape &- next).min() > 0 else { continue }
            result[other.offset(next.x, next.y, next.z)] = true
          }
        }
      }
    }
    return result
  }
}
