import ArgumentParser
import Batch
import Files
import Segmentation

/// Where `segment` writes, and which files.
struct SegmentOutputOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: "Write results to this folder. It is created if its parent exists.")
  var output: String

  @Flag(help: "Write the probability of each tissue, as sub-01_label-GM_probseg.nii.gz and so on.")
  var probabilities = false

  @Flag(help: "Write the entropy of the probabilities, 0 to 1, as sub-01_desc-entropy_probseg.nii.gz.")
  var entropy = false

  @Flag(
    help:
      "Write cortical (8), subcortical (9) and cerebellar (12) gray matter, as sub-01_seg-parts_dseg.nii.gz, and their volumes."
  )
  var parts = false

  @Flag(help: "Write probabilities in steps of 1/255 instead of float32, a quarter of the size.")
  var compact = false

  @Flag(inversion: .prefixedNo, help: "Keep only the largest connected component of the labels.")
  var largestComponent = true

  @Flag(help: "Draw the outline of the gray matter over slices of the scan, as sub-01_dseg.png.")
  var picture = false

  @Flag(help: "Write report.html about all results in the folder.")
  var report = false

  func validate() throws {
    guard !compact || probabilities || entropy else {
      throw ValidationError("--compact needs --probabilities or --entropy, whose files it makes smaller")
    }
  }

  /// The report's path, if it is wanted.
  var page: [String] { report ? [Report.page(in: output)] : [] }

  /// Returns the table of volumes of a whole batch or of a shard.
  func volumes(of shard: Shard?) -> String {
    shard?.volumes(in: output) ?? output.joined(VolumeTable.fileName)
  }

  /// Returns the outputs of a whole batch or of a shard.
  func outputs(of shard: Shard?) -> SegmentationOutputs {
    SegmentationOutputs(
      probabilities: probabilities, entropy: entropy, parts: parts, compact: compact,
      largestComponent: largestComponent, picture: picture, volumes: volumes(of: shard))
  }

  /// Returns the files that all scans share.
  func tables(of shard: Shard?) -> [String] {
    [volumes(of: shard), StatusTable(folder: output).path] + page + LabelDescription.paths(in: output)
  }
}
