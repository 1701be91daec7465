import Provenance
import Segmentation

/// All that decides the bytes of a scan's results, beside the scan.
public struct SegmentationRecipe: Hashable, Sendable {
  /// Which files are written, and how.
  public struct Options: Hashable, Sendable {
    public var probabilities = false
    public var entropy = false
    /// Probabilities in steps of 1/255.
    public var compact = false
    public var largestComponent = true
    public var picture = false

    public init() {}
  }

  public var model: ModelIdentity
  public var configuration: Segmenter.Configuration
  public var options: Options
  /// Another build of one version counts too: results that are out of date are worse than some that are made twice.
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

  /// As words of a command line, in a fixed order.
  /// - Parameter fieldOfView: of the model. The memory limit decides between the whole image and tiles where it may see
  ///   either, and only there.
  func arguments(_ fieldOfView: FieldOfView) -> [String] {
    let flags: [(Bool, String)] = [
      (options.probabilities, "--probabilities"), (options.entropy, "--entropy"),
      (options.compact, "--compact"), (!options.largestComponent, "--no-largest-component"),
      (configuration.ensemble, "--ensemble"), (options.picture, "--picture"),
    ]
    let memory = fieldOfView == .whole ? ["--max-memory", "\(configuration.memoryLimit / 1000)K"] : []
    return ["--precision", configuration.precision.rawValue] + flags.filter(\.0).map(\.1) + memory
  }
}
