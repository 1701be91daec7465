import Foundation
import Statistics

extension VoxelwiseResultFolder {
  /// `vbm.json`: settings and outcome for programs.
  package struct Record: Encodable {
    struct Term: Encodable {
      var name, term: String
      var varianceInflation: Double?
    }

    var settings: VoxelwiseConfiguration
    var participants: [String]
    var designRank, degreesOfFreedom: Int
    var regressors: [Term]
    var statistic: String
    /// What the names of the test's maps begin with.
    var maps: String
    var warnings: [String]
    var mask: String
    var maskVoxels: Int
    var voxelVolume: Double
    var permutations: Int
    var permutationsAreExhaustive: Bool
    var rearrangement, exchangeability: String
    var clusterFormingThreshold: Double
    var smallestFamilyWiseP: [String: Double]
    var significantVoxels: [String: Int]
    var summary: String
  }

  package var record: Record {
    let (p, limit) = (result.probabilities, result.configuration.significance)
    let kinds = [
      "voxel": p.voxel, "tfce": p.tfce, "clusterSize": p.clusterSize, "clusterMass": p.clusterMass,
      "FDR": p.falseDiscoveryRate,
    ]
    return Record(
      settings: result.configuration, participants: result.design.participants,
      designRank: result.design.rank, degreesOfFreedom: result.degreesOfFreedom,
      regressors: result.design.columns.map {
        Record.Term(name: $0.name, term: $0.term, varianceInflation: $0.varianceInflation)
      },
      statistic: result.statisticName, maps: prefix, warnings: result.design.warnings.map(\.description),
      mask: result.maskRule, maskVoxels: result.mask.count, voxelVolume: result.grid.voxelVolume,
      permutations: result.plan.count, permutationsAreExhaustive: result.plan.isExhaustive,
      rearrangement: rearrangement, exchangeability: result.exchangeability,
      clusterFormingThreshold: Double(result.clusterThreshold),
      smallestFamilyWiseP: kinds.mapValues { $0.min() ?? 1 },
      significantVoxels: kinds.mapValues { $0.count { $0 <= limit } }, summary: result.summary)
  }

  private var rearrangement: String {
    result.plan.flipsSigns
      ? "signs of residuals flipped" : "residuals of the null model permuted (Freedman and Lane 1983)"
  }

  /// `methods.md`: sentences for a paper.
  package var methods: String {
    let (configuration, design, plan) = (result.configuration, result.design, result.plan)
    let covariates = design.columns.filter { $0.term != design.tested && $0.term != "intercept" }.map(\.name)
    let adjusted = covariates.isEmpty ? "" : ", adjusted for \(covariates.joined(separator: ", "))"
    let sided =
      !result.contrast.isT
      ? "F has no sign"
      : configuration.side == .both
        ? "Tests were two-sided" : "Only \(configuration.side.rawValue) effects were tested"
    let number =
      plan.isExhaustive
      ? "all \(plan.count) possible rearrangements"
      : "\(plan.count) rearrangements (the data as they are among them)"
    let kind =
      plan.flipsSigns ? "sign flips of the residuals" : "permutations of the residuals of the null model"
    let tfce = configuration.tfce
    let threshold =
      "\(result.statisticName) > \(rounded(Double(result.clusterThreshold), 3)) "
      + "(p < \(significant(configuration.clusterProbability)) without correction)"
    return """
      # Methods

      Maps of \(configuration.quantity) of \(design.participants.count) scans were analyzed with a linear model at each of \
      \(result.mask.count) voxels (\(rounded(result.grid.voxelVolume, 2)) mm³ each), where \(result.maskRule). \
      The effect of \(design.tested)\(adjusted) was tested by \(result.statisticName) with \
      \(result.contrast.isT ? "" : "\(result.contrast.weights.count) and ")\(result.degreesOfFreedom) degrees of freedom. \
      \(sided).

      P-values come from \(number) by \(kind) (Freedman and Lane 1983; Winkler et al. 2014); \(result.exchangeability) \
      (seed \(configuration.seed)). They are corrected for the family-wise error over all voxels by the largest statistic \
      of each rearrangement: of the voxel's statistic, of threshold-free cluster enhancement (Smith and Nichols 2009; \
      E = \(significant(tfce.extentPower)), H = \(significant(tfce.heightPower)), \(tfce.neighborhood.rawValue) neighbors, \
      integrated exactly), and of size and mass of clusters at \(threshold). The false discovery rate follows Benjamini \
      and Hochberg (1995). Results are reported at p ≤ \(significant(configuration.significance)), family-wise, by \
      \(configuration.inference == .tfce ? "threshold-free cluster enhancement" : "cluster size").

      # Result

      \(result.summary.prefix(1).uppercased() + result.summary.dropFirst()).
      \(design.warnings.isEmpty ? "" : "\n# Warnings\n\n" + design.warnings.map { "- \($0)\n" }.joined())
      # References

      - Benjamini Y, Hochberg Y (1995). Journal of the Royal Statistical Society B 57:289–300.
      - Freedman D, Lane D (1983). Journal of Business and Economic Statistics 1:292–298.
      - Smith SM, Nichols TE (2009). NeuroImage 44:83–98. doi:10.1016/j.neuroimage.2008.03.061
      - Winkler AM, Ridgway GR, Webster MA, Smith SM, Nichols TE (2014). NeuroImage 92:381–397. doi:10.1016/j.neuroimage.2014.01.060

      """
  }
}
