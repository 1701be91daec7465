import ArgumentParser
import Batch
import Files
import Segmentation

/// The model and how it is applied: what `segment` and `bids` have in common.
struct InferenceOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Apply this built-in model, or the file of a model that `grisea train` has written.",
      valueName: "accurate | fast | safetensors"))
  var model = BuiltInModel.standard.rawValue

  @OptionGroup var precision: PrecisionOptions

  @Option(
    help: ArgumentHelp(
      "Average 1, 2 or 4 views of each scan (test-time augmentation): more views take more time. (default: 2 for models that locate the brain, 1 for models of tiles)",
      valueName: "count"))
  var views: Int?

  /// The earlier way to ask for 4 views or 1.
  @Flag(inversion: .prefixedNo, help: .hidden)
  var ensemble: Bool?

  func validate() throws {
    if let views, !TestTimeAugmentation.counts.contains(views) {
      throw ValidationError("--views \(views): needed 1, 2 or 4")
    }
    guard views == nil || ensemble == nil else {
      throw ValidationError("--views replaces --ensemble (4 views) and --no-ensemble (1); give one of them")
    }
  }

  /// The model's file, if it is not inside the program.
  var files: [String] { BuiltInModel(rawValue: model) == nil ? [model] : [] }

  /// Returns the stage of a batch.
  /// - Throws: `UnreadableFile`, `EngineError.graph`.
  func stage(
    _ network: SegmentationModel, _ outputs: SegmentationOutputs, _ memory: JobMemory, folder: String,
    shard: Shard?
  ) throws -> SegmentationStage {
    try SegmentationStage(
      recipe(network, outputs, memory), model: network, folder: folder, memory: memory.option, shard: shard)
  }

  /// Returns everything that decides the results of a segmentation.
  /// - Parameter network: the model, which has been read.
  /// - Throws: `UnreadableFile`.
  func recipe(
    _ network: SegmentationModel, _ outputs: SegmentationOutputs, _ memory: JobMemory
  ) throws(UnreadableFile) -> SegmentationRecipe {
    try SegmentationRecipe(
      model, network, outputs, memory, precision: precision.value, views: views ?? ensemble.map { $0 ? 4 : 1 }
    )
  }
}

/// Where `segment` writes, and which files.
struct SegmentOutputOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: "Write results to this folder. It is created if it does not exist.")
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

  @Flag(
    help:
      "Write the 32 structures of FreeSurfer's aseg, left and right, as sub-01_desc-aseg_dseg.nii.gz, and their volumes in structures.tsv."
  )
  var structures = false

  @Flag(help: "Write probabilities in steps of 1/255 instead of float32, a quarter of the size.")
  var compact = false

  @Flag(inversion: .prefixedNo, help: "Keep only the largest connected component of the labels.")
  var largestComponent = true

  @Flag(help: "Draw outlines over slices of the scan, cropped to the head, as sub-01_dseg.png.")
  var picture = false

  @Flag(help: "Write report.html about all results in the folder.")
  var report = false

  @OptionGroup var outlines: OutlineOptions

  func validate() throws {
    guard !compact || probabilities || entropy else {
      throw ValidationError("--compact needs --probabilities or --entropy, whose files it makes smaller")
    }
    guard outlines.outline == nil || picture || report else {
      throw ValidationError("--outline needs --picture or --report, which show the tissues")
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
      probabilities: probabilities, entropy: entropy, parts: parts, structures: structures, compact: compact,
      largestComponent: largestComponent, picture: picture, outlines: outlines.layers,
      volumes: volumes(of: shard))
  }

  /// Returns the files that all scans share.
  func tables(of shard: Shard?) -> [String] {
    [volumes(of: shard), StatusTable(folder: output).path] + page
      + LabelDescription.paths(in: output, structures: structures)
      + (structures ? [StructureTable.path(in: output)] : [])
  }
}
