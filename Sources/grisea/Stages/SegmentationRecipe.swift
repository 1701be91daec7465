import Batch
import Files
import Segmentation

/// All that decides the bytes of a scan's results, beside the scan.
struct SegmentationRecipe: Hashable, Sendable {
  /// Which files are written, and how.
  struct Options: Hashable, Sendable {
    var probabilities = false
    var entropy = false
    /// The parts of the gray matter.
    var parts = false
    /// Probabilities in steps of 1/255.
    var compact = false
    var largestComponent = true
    var picture = false

    init() {}
  }

  var model: ModelIdentity
  var configuration: Segmenter.Configuration
  var options: Options
  var program: ProgramIdentity

  init(
    model: ModelIdentity, configuration: Segmenter.Configuration, options: Options,
    program: ProgramIdentity
  ) {
    self.model = model
    self.configuration = configuration
    self.options = options
    self.program = program
  }

  /// - Parameter fieldOfView: of the model.
  func identity(_ fieldOfView: FieldOfView) -> RecipeIdentity {
    RecipeIdentity(program: program, arguments: arguments(fieldOfView), model: model.hash)
  }

  /// As words of a command line. The memory limit decides between the whole image and tiles where the model may see
  /// either, and only there.
  private func arguments(_ fieldOfView: FieldOfView) -> [String] {
    let flags: [(Bool, String)] = [
      (options.probabilities, "--probabilities"), (options.entropy, "--entropy"),
      (options.parts, "--parts"), (options.compact, "--compact"),
      (!options.largestComponent, "--no-largest-component"),
      (options.picture, "--picture"),
    ]
    let preferred = min(configuration.preferredMemory ?? .max, configuration.memoryLimit)
    let memory = fieldOfView == .whole ? ["--max-memory", "\(preferred / 1000)K"] : []
    return ["--precision", configuration.precision.rawValue, "--views", "\(configuration.views)"]
      + flags.filter(\.0).map(\.1) + memory
  }
}
