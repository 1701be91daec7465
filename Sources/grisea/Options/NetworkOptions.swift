import ArgumentParser
import Imaging
import NeuralNetwork
import Segmentation
import Synthesis

/// What a network is and what it sees: all that a model which a training starts from has decided already.
///
/// Each is `nil` where it was not given, so that it can be refused beside such a model. More channels are not, nor other
/// voxels: the model's weights serve a wider network and another grid too.
struct NetworkOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Voxels of a training patch along i, j, k, one number for a cube; multiples of 2^(levels - 1). (default: 96)",
      valueName: "n | nxnxn"))
  var patchSize: PatchSize?

  @Option(
    help: ArgumentHelp(
      "What the model sees at once: tiles of the patch size, or the brain in one window of it, which it finds itself. (default: tiles)",
      valueName: "tiles | brain"))
  var fieldOfView: FieldOfView?

  @Option(
    help: ArgumentHelp(
      "The network's voxel size in mm, to which images are resampled: one number, or three, separated by commas, along R, A and S. (default: 1.0, with --from the model's)",
      valueName: "mm | mm,mm,mm"), transform: AxisNumbers.voxelSize)
  var spacing: SIMD3<Double>?

  @Option(help: "Resolutions of the autoencoder. (default: 4)")
  var levels: Int?

  @Option(help: "Channels at its first level; they double from level to level (default: 16)")
  var channels: Int?

  @Option(help: "up to so many. (default: 256)")
  var maximumChannels: Int?

  @Flag(help: "Blocks of 2x2x2 voxels are one voxel of the first level: an eighth of the arithmetic.")
  var voxelBlocks = false

  @Option(
    help: ArgumentHelp(
      "Channels of a last level at full resolution, behind blocks of voxels, which corrects what these say; a multiple of 16 is fast. (default: 0)",
      valueName: "n"))
  var refinement: Int?

  @Flag(help: "Of --label-maps: tell cortical, subcortical and cerebellar gray matter apart.")
  var parts = false

  @Flag(
    inversion: .prefixedNo,
    help: "Connections from encoder to decoder at each level. (default: --skip-connections)")
  var skipConnections: Bool?

  /// The flags that were typed, of those that decide more than how wide the network is, and how fine its grid.
  var given: [String] {
    let flags: [(String, Bool)] = [
      ("--patch-size", patchSize != nil), ("--field-of-view", fieldOfView != nil),
      ("--levels", levels != nil), ("--voxel-blocks", voxelBlocks), ("--parts", parts),
      (skipConnections == false ? "--no-skip-connections" : "--skip-connections", skipConnections != nil),
    ]
    return flags.filter(\.1).map(\.0)
  }

  func validate() throws {
    let counts = [
      ("levels", levels), ("channels", channels), ("maximum-channels", maximumChannels),
      ("refinement", refinement),
    ]
    for case (let name, let value?) in counts where !(1...10_000).contains(value) {
      throw ValidationError("--\(name) \(value): needed a number from 1 to 10000")
    }
    if let levels, levels > 8 { throw ValidationError("--levels \(levels): 8 levels at most") }
    let multiple = architecture.sizeMultiple
    guard size.voxels % multiple == .zero else {
      throw ValidationError(
        "--patch-size \(size): needed multiples of \(multiple), for \(architecture.levels) levels"
          + (voxelBlocks ? " of blocks of voxels" : ""))
    }
  }

  private var size: PatchSize { patchSize ?? PatchSize(cube: 96) }

  private var architecture: Autoencoder {
    var architecture = Autoencoder(outputChannels: OutputLabel.labels(parts: parts).count)
    architecture.levels = levels ?? 4
    architecture.channels = channels ?? 16
    architecture.maximumChannels = maximumChannels ?? 256
    architecture.voxelBlocks = voxelBlocks
    architecture.refinementChannels = refinement ?? 0
    architecture.skipConnections = skipConnections ?? true
    return architecture
  }

  /// The model's network, or the same with more channels, or with a correction behind it.
  /// - Throws: `ValidationError` where there are no blocks of voxels to correct.
  func widen(_ architecture: inout Autoencoder) throws {
    architecture.channels = channels ?? architecture.channels
    architecture.maximumChannels = maximumChannels ?? architecture.maximumChannels
    architecture.refinementChannels = refinement ?? architecture.refinementChannels
    try checkRefinement(of: architecture)
  }

  private func checkRefinement(of architecture: Autoencoder) throws {
    guard let refinement, !architecture.voxelBlocks else { return }
    throw ValidationError(
      "--refinement \(refinement): the network has no blocks of voxels that could be refined")
  }

  /// A training of a new network.
  func configuration() throws -> TrainingConfiguration {
    try checkRefinement(of: architecture)
    var configuration = TrainingConfiguration(
      architecture: architecture, preprocessing: Preprocessing(spacing: spacing ?? .one))
    configuration.patchSize = size.voxels
    configuration.fieldOfView = fieldOfView ?? .tiles
    configuration.parts = parts ? true : nil
    configuration.centring = fieldOfView == .brain ? Centring() : nil
    return configuration
  }
}
