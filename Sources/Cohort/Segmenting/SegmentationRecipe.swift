import Provenance
import Segmentation

/// All that decides the bytes of a scan's results, beside the scan.
public struct SegmentationRecipe: Hashable, Sendable {
  /// Which files are written, and how.
  public struct Options: Hashable, Sendable {
    public var probabilities = false
    public var entropy = false
    /// The parts of the gray matter.
    public var parts = false
    /// Probabilities in steps of 1/255.
    public var compact = false
    public var largestComponent = true
    public var picture = false

    public init() {}
  }

  public var model: ModelIdentity
  public var configuration: Segmenter.Configuration
  public var options: Options
  public var program: ProgramIdentity

  public init(
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
