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
      "Average 1, 2 or 4 views of each scan (test-time augmentation); each takes the time of one. (default: 2 for models that locate the brain, 1 for models of tiles)",
      valueName: "count"))
  var views: Int?

  /// The earlier way to ask for 4 views or 1.
  @Flag(inversion: .prefixedNo, help: .hidden)
  var ensemble: Bool?

  func validate() throws {
    if let views, !TestTimeView.counts.contains(views) {
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
