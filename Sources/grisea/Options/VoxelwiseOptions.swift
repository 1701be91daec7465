import ArgumentParser
import Morphometry
import Statistics

/// The design and the test of `vbm`.
struct VoxelwiseOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Read the participants from this table, one row for each. May be repeated: the first table that has a value counts.",
      valueName: "tsv"))
  var participants: [String] = []

  @Option(
    help: ArgumentHelp(
      "Test this column, an interaction such as age*sex, or intercept for the mean of one sample.",
      valueName: "term"))
  var test: String

  @Option(help: ArgumentHelp("Adjust for these columns or interactions.", valueName: "term,…"))
  var covariates: String?

  @Option(
    help: ArgumentHelp(
      "Keep scans with the same value of this column together when permuting, such as family or participant_id.",
      valueName: "column"))
  var blocks: String?

  @Flag(help: "With --blocks: permute scans within each block, not the blocks as wholes.")
  var withinBlocks = false

  @Option(
    help: "Use this many permutations, the unpermuted data included; all possible ones if there are fewer.")
  var permutations = 5000

  @Flag(
    help: "Report clusters of voxels that are significant by threshold-free cluster enhancement. (default)")
  var tfce = false

  @Option(
    help: ArgumentHelp(
      "Report clusters above this uncorrected p, such as 0.001, that are significant by their size.",
      valueName: "p"))
  var cluster: String?

  @Option(help: ArgumentHelp("Test this sign only. (default: both)", valueName: "positive|negative"))
  var oneSided: TestedSide?

  @Option(help: "Report results up to this family-wise error rate.")
  var significance = 0.05

  @Option(help: ArgumentHelp("Analyze only voxels inside this mask.", valueName: "nifti"))
  var mask: String?

  @Option(help: "Analyze voxels where the mean of all maps is above this.")
  var maskThreshold = 0.1

  func validate() throws {
    guard permutations >= 2 else {
      throw ValidationError("--permutations \(permutations): needed a number of at least 2")
    }
    guard !(tfce && cluster != nil) else {
      throw ValidationError("--tfce and --cluster exclude each other; the maps of both are always written")
    }
    if let cluster, Self.probability(cluster) == nil {
      throw ValidationError("--cluster \(cluster): needed a p between 0 and 1, such as 0.001")
    }
    guard significance > 0, significance < 1 else {
      throw ValidationError("--significance \(significance): needed a number between 0 and 1")
    }
    guard oneSided != .both else { throw ValidationError("--one-sided both: needed positive or negative") }
    guard !withinBlocks || blocks != nil else { throw ValidationError("--within-blocks needs --blocks") }
  }

  /// Reads `0.001` or `p0.001`.
  private static func probability(_ word: String) -> Double? {
    Double(word.trimmingPrefix("p")).flatMap { $0 > 0 && $0 < 1 ? $0 : nil }
  }

  /// The files that are read.
  var files: [String] { participants + [mask].compactMap { $0 } }

  /// The configuration of the analysis.
  func configuration(
    maps: [String], atlas: AtlasFiles, seed: UInt64, output: String
  ) -> VoxelwiseConfiguration {
    var result = VoxelwiseConfiguration(maps: maps, tables: participants, tested: test, output: output)
    result.covariates = (covariates ?? "").split(separator: ",").map {
      $0.trimmingCharacters(in: .whitespaces)
    }
    result.blocks = blocks
    result.blockRule = withinBlocks ? .within : .whole
    result.side = oneSided ?? .both
    if let cluster = cluster.flatMap(Self.probability) {
      result.inference = .cluster
      result.clusterProbability = cluster
    }
    result.significance = significance
    result.permutations = permutations
    result.seed = seed
    result.maskThreshold = maskThreshold
    result.mask = mask
    result.atlas = atlas
    result.program = "grisea \(Grisea.configuration.version)"
    return result
  }
}

extension TestedSide: ExpressibleByArgument {}
