import Batch
import Files
import NeuralNetwork
import PipelineRunner
import Segmentation

/// Everything that decides the bytes of a scan's results, beside the scan.
struct SegmentationRecipe: Hashable, Sendable {
  var model: ModelIdentity
  var configuration: Segmenter.Configuration
  var outputs: SegmentationOutputs
  var program: ProgramIdentity

  /// Creates a recipe of this program.
  /// - Parameters:
  ///   - model: the name or the path of the model.
  ///   - network: the model, which has been read.
  ///   - views: how many views are averaged; by default 2 for models that locate the brain, 1 for models of tiles.
  /// - Throws: `UnreadableFile`.
  init(
    _ model: String, _ network: SegmentationModel, _ outputs: SegmentationOutputs, _ memory: JobMemory,
    precision: Precision = .fastest, views: Int? = nil
  ) throws(UnreadableFile) {
    configuration = Segmenter.Configuration(precision: precision)
    configuration.memoryLimit = memory.limit
    configuration.preferredMemory = memory.preferred
    configuration.views = views ?? (network.fieldOfView == .brain ? 2 : 1)
    self.outputs = outputs
    self.model = try ModelIdentity(nameOrPath: model)
    program = try Program.grisea.identity()
  }

  /// Returns the identity that completion records hold.
  /// - Parameter fieldOfView: of the model.
  func identity(_ fieldOfView: FieldOfView) -> RecipeIdentity {
    RecipeIdentity(program: program, arguments: arguments(fieldOfView), model: model.hash)
  }

  /// The arguments that decide the bytes of results, as words of a command line. Those that ask for more files are not among
  /// them, so that a file that is asked for later does not make the others again. The memory limit is among them only where the model may see an image whole
  /// or in tiles, because there it decides between the two.
  private func arguments(_ fieldOfView: FieldOfView) -> [String] {
    let flags = [
      (outputs.compact, "--compact"), (!outputs.largestComponent, "--no-largest-component"),
    ]
    let preferred = min(configuration.preferredMemory ?? .max, configuration.memoryLimit)
    let memory = fieldOfView == .whole ? ["--max-memory", "\(preferred / 1000)K"] : []
    return ["--precision", configuration.precision.rawValue, "--views", "\(configuration.views)"]
      + flags.filter(\.0).map(\.1) + memory
  }
}

/// Which files a segmentation writes, and how.
struct SegmentationOutputs: Hashable, Sendable {
  /// Whether the probability of each tissue is written.
  var probabilities = false
  /// Whether the entropy of the probabilities is written.
  var entropy = false
  /// Whether the parts of the gray matter are written.
  var parts = false
  /// Whether probabilities are stored in steps of 1/255.
  var compact = false
  /// Whether only the largest connected component of what is not background is kept.
  var largestComponent = true
  /// Whether a picture of slices is written.
  var picture = false
  /// The table of volumes that all scans share; `nil` where each has a table of its own beside its images.
  var volumes: String?

  /// Returns the files of a scan.
  /// - Parameter stem: the path prefix of the scan's results.
  func files(stem: String) -> SegmentationFiles {
    SegmentationFiles(
      stem: stem, probabilities: probabilities, entropy: entropy, parts: parts, picture: picture,
      volumes: volumes ?? stem + "_volumes.tsv")
  }
}

/// The model that made a result: its name, and the hash of its file.
struct ModelIdentity: Hashable, Sendable {
  /// The name of the built-in model, or of the file without its folders.
  let name: String
  let hash: ContentHash

  /// Identifies a built-in model by its name, or a model by its file.
  init(nameOrPath: String) throws(UnreadableFile) {
    if let model = BuiltInModel(rawValue: nameOrPath) {
      (name, hash) = (nameOrPath, ContentHash(of: model.file))
    } else {
      (name, hash) = (nameOrPath.lastComponent, try ContentHash(ofFile: nameOrPath))
    }
  }
}
