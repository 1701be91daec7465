import Files
import Foundation
import Imaging
import Statistics

/// Modulated gray matter maps of real scans with a table of participants. GRISEA_MAPS is a pattern of maps that are not
/// smoothed, and GRISEA_PARTICIPANTS a table with `age` and a column of two words, which GRISEA_SEX names.
struct RealMaps {
  let paths: [String]
  let grid: Grid
  /// One value for each scan.
  let age: [Double]
  let sex: [Double]
  private let coarse: Grid

  /// Full width at half maximum in mm, as `normalize` smooths.
  private static let smoothing = 8.0
  /// Voxels are analyzed where the mean of all maps is above this, as in `vbm`.
  private static let threshold: Float = 0.1

  /// - Parameter spacing: the voxel size in mm that the tests have.
  init?(spacing: Double) throws {
    let environment = ProcessInfo.processInfo.environment
    guard let pattern = environment["GRISEA_MAPS"], let path = environment["GRISEA_PARTICIPANTS"] else {
      print("GRISEA_MAPS and GRISEA_PARTICIPANTS name no maps and no table: nothing to measure")
      return nil
    }
    let table = try ParticipantTable(contentsOf: path)
    paths = ImageFiles.matches(of: pattern)
    let participants = paths.map(ParticipantTable.participant)
    age = participants.compactMap { table.cell($0, "age").flatMap { Double($0) } }
    let words = participants.compactMap { table.cell($0, environment["GRISEA_SEX"] ?? "sex") }
    guard let first = paths.first, age.count == paths.count, words.count == paths.count else {
      print("\(path): needed age and sex of each of \(paths.count) maps")
      return nil
    }
    sex = words.map { $0 == words[0] ? 1 : 0 }
    grid = try NIfTIImage(contentsOf: first).volume.grid
    coarse = grid.resampled(spacing: SIMD3(repeating: spacing))
  }

  /// Smoothed maps on the voxels of the mask.
  /// - Parameter change: what is done to a map before it is smoothed.
  func smoothed(_ change: (_ scan: Int, _ map: inout Volume) -> Void = { _, _ in }) throws -> (
    mask: VoxelMask, grid: Grid, maps: [[Float]]
  ) {
    var whole: [[Float]] = []
    for (scan, path) in paths.enumerated() {
      var map = try NIfTIImage(contentsOf: path).volume
      change(scan, &map)
      whole.append(map.smoothed(width: Self.smoothing).resampled(onto: coarse).voxels)
    }
    let inside = (0..<coarse.count).map { voxel in
      whole.reduce(Float(0)) { $0 + $1[voxel] } > Self.threshold * Float(whole.count)
    }
    let mask = VoxelMask(shape: coarse.shape, inside: inside)
    return (mask, coarse, whole.map(mask.compacted))
  }
}

/// p-values of one permutation test, family-wise.
struct FamilyWise {
  var t, tfce, cluster: Double

  /// - Parameter columns: the intercept, the tested regressor and others.
  init(
    _ maps: [[Float]], _ columns: [[Double]], mask: VoxelMask, permutations: Int, seed: UInt64,
    exchangeability: Exchangeability = .free, tfceMap: ((VoxelwiseFit, PermutationResult) -> Void)? = nil
  ) throws {
    let weights = columns.indices.map { $0 == 1 ? 1.0 : 0 }
    let model = try VoxelwiseModel(columns: columns, contrast: Contrast(name: "tested", weights: [weights]))
    let slabs = try VoxelSlabs(scans: maps.count, voxels: mask.count)
    for (scan, map) in maps.enumerated() { slabs.store(map, scan: scan) }
    let fit = model.fit(replacingByResiduals: slabs)
    let plan = try PermutationPlan(
      columns: columns, exchangeability: exchangeability, asked: permutations, seed: seed)
    let result = PermutedModel(
      model: model, plan: plan, mask: mask, tfce: TFCE(), side: .both,
      clusterThreshold: Float(model.threshold(probability: 0.0005))
    ).run(0..<plan.count, residuals: slabs, observed: fit.statistic)
    func p(_ value: (PermutationMaximum) -> Double) -> Double {
      let observed = value(result.maxima[0])
      return Double(result.maxima.count { value($0) >= observed }) / Double(result.maxima.count)
    }
    (t, tfce, cluster) = (p(\.statistic), p(\.tfce), p { Double($0.clusterSize) })
    tfceMap?(fit, result)
  }
}
