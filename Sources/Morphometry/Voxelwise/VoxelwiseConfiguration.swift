import Statistics

/// All settings of a voxelwise analysis. With the maps and tables that it names, it determines every byte of the
/// results.
public struct VoxelwiseConfiguration: Hashable, Codable, Sendable {
  /// What the cluster table is made of.
  public enum Inference: String, Hashable, Codable, Sendable {
    /// Voxels whose family-wise p by TFCE is at most `significance`.
    case tfce
    /// Clusters above the cluster-forming threshold whose family-wise p by size is at most `significance`.
    case cluster
  }

  /// How the scans of a block are exchangeable.
  public enum BlockRule: String, Hashable, Codable, Sendable {
    case within
    case whole
  }

  /// NIfTI files on one grid; the participant is read from the name (`sub-01`).
  public var maps: [String]
  /// Tables with a row for each participant, of which the first that knows a value counts.
  public var tables: [String]
  /// `intercept` for the mean of one sample, a column, or an interaction such as `age*sex`.
  public var tested: String
  public var covariates: [String] = []
  /// A column of the tables that names blocks, or `participant_id`.
  public var blocks: String?
  public var blockRule = BlockRule.whole
  public var side = TestedSide.both
  public var inference = Inference.tfce
  public var tfce = TFCE()
  /// p of the cluster-forming threshold, without correction; of both tails together where both are tested.
  public var clusterProbability = 0.001
  /// Family-wise error rate.
  public var significance = 0.05
  /// With the data as they are; all possible ones where there are fewer.
  public var permutations = 5000
  public var seed: UInt64 = 1
  /// Voxels are analyzed where the mean of all maps is above this.
  public var maskThreshold = 0.1
  /// A NIfTI file of voxels that may be analyzed; other voxels are left out.
  public var mask: String?
  /// A label map in the space of the maps, and a table with `index` and `name`.
  public var atlas: AtlasFiles?
  /// A folder for results; made if it is missing.
  public var output: String
  /// What the maps measure, such as `gray matter, ml per ml`.
  public var quantity = "gray matter"
  /// The program that runs this, for the record.
  public var program = "grisea"

  public init(maps: [String], tables: [String], tested: String, output: String) {
    self.maps = maps
    self.tables = tables
    self.tested = tested
    self.output = output
  }
}

/// An atlas as files.
public struct AtlasFiles: Hashable, Codable, Sendable {
  public var image, labels: String

  public init(image: String, labels: String) {
    self.image = image
    self.labels = labels
  }

  /// The atlas inside the program, in the space of the template inside the program; no files.
  public static let standard = AtlasFiles(image: "built-in", labels: "built-in")
}
