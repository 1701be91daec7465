import Imaging
import Statistics

/// The outcome of a voxelwise analysis.
public struct VoxelwiseResult: Sendable {
  public let configuration: VoxelwiseConfiguration
  public let design: DesignMatrix
  public let contrast: Contrast
  public let degreesOfFreedom: Int
  public let grid: Grid
  public let mask: VoxelMask
  /// How the mask was made, in words.
  public let maskRule: String
  public let fit: VoxelwiseFit
  /// TFCE values, with sign.
  public let tfce: [Float]
  public let plan: PermutationPlan
  /// How the scans are exchangeable, in words.
  public let exchangeability: String
  /// The statistic above which voxels form clusters.
  public let clusterThreshold: Float
  public let permutations: PermutationResult
  public let probabilities: PValues
  public let clusters: [VoxelCluster]
  public let rows: [ClusterRow]
  public let adjustedMeans: AdjustedMeans
  package let header: NIfTIHeader

  /// `t` or `F`.
  public var statisticName: String { contrast.isT ? "t" : "F" }

  /// The voxel with the smallest family-wise p of the chosen kind; of several the one of the largest statistic.
  public var best: (voxel: Int, probability: Double)? {
    let p = configuration.inference == .tfce ? probabilities.tfce : probabilities.clusterSize
    let evidence = fit.statistic.map(configuration.side.evidence)
    return p.indices.min { (p[$0], -evidence[$0], $0) < (p[$1], -evidence[$1], $1) }.map { ($0, p[$0]) }
  }

  /// What was found, in a sentence.
  public var summary: String {
    let limit = significant(configuration.significance)
    let kind = configuration.inference == .tfce ? "voxel" : "cluster"
    guard rows.isEmpty else {
      let voxels = rows.reduce(0) { $0 + $1.voxels }
      return
        "\(rows.count) cluster\(rows.count == 1 ? "" : "s") with p_FWE ≤ \(limit) (\(voxels) voxels, "
        + "\(rounded(rows.reduce(0) { $0 + $1.ml }, 2)) ml)"
    }
    guard let best else { return "no \(kind) has p_FWE ≤ \(limit)" }
    if kind == "cluster", best.probability >= 1 {
      return "no cluster has p_FWE ≤ \(limit); the smallest is 1"
    }
    let place = position(best.voxel)
    let words = (0..<3).map { rounded(place[$0], 0) }.joined(separator: ", ")
    return
      "no \(kind) has p_FWE ≤ \(limit); the smallest is \(significant(best.probability)) at (\(words)) mm"
  }

  /// World coordinates in mm of a voxel of the mask.
  public func position(_ voxel: Int) -> SIMD3<Double> {
    let voxel = mask.voxel(voxel)
    return grid.affine([Double(voxel.x), Double(voxel.y), Double(voxel.z)])
  }
}
