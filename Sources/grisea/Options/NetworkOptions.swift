import ArgumentParser
import Imaging
import NeuralNetwork
import Segmentation
import Synthesis

/// The architecture and the input of a network.
///
/// With `--from` the model decides most of them, and options that were given are refused; each is `nil` where it was not
/// given. More channels and another voxel size are accepted, because the model's weights fit a wider network and another
/// grid too.
struct NetworkOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Train on patches of this many voxels; multiples of 2^(levels - 1). (default: 96)",
      valueName: "n | nxnxn"))
  var patchSize: PatchSize?

  @Option(
    help: ArgumentHelp(
      "Apply the model to tiles of the patch size, or to one window around the brain, which it locates. (default: tiles)",
      valueName: "tiles | brain"))
  var fieldOfView: FieldOfView?

  @Option(
    help: ArgumentHelp(
      "Resample images to this voxel size in mm, one number or three with commas. (default: 1.0; with --from the model's)",
      valueName: "mm | mm,mm,mm"), transform: AxisNumbers.voxelSize)
  var spacing: SIMD3<Double>?

  @Option(help: "Use this many resolutions. (default: 4)")
  var levels: Int?

  @Option(help: "Use this many channels at the first resolution; they double with each. (default: 16)")
  var channels: Int?

  @Option(help: "Use at most this many channels. (default: 256)")
  var maximumChannels: Int?

  @Flag(help: "Join blocks of 2x2x2 voxels at the first resolution, for an eighth of the arithmetic.")
  var voxelBlocks = false

  @Option(
    help: ArgumentHelp(
      "With --voxel-blocks: refine the output at full resolution with this many channels, a multiple of 16. (default: 0)",
      valueName: "n"))
  var refinement: Int?

  @Flag(help: "Segment cortical, subcortical and cerebellar gray matter; needs --label-maps.")
  var parts = false

  @Flag(
    help:
      "Segment the 32 structures of FreeSurfer's aseg; needs label maps with FreeSurfer's labels. With --from, a model of tissues gets new outputs."
  )
  var structures = false

  @Flag(
    inversion: .prefixedNo,
    help: "Connect encoder and decoder at each resolution. (default: --skip-connections)")
  var skipConnections: Bool?

  /// The options that were given and that a model of `--from` decides.
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
    if let levels, levels > 8 { throw ValidationError("--levels \(levels): needed at most 8") }
    let multiple = architecture.sizeMultiple
    guard !parts || !structures else {
      throw ValidationError("--parts and --structures: a network has one of them; leave one out")
    }
    if let refinement, structures {
      throw ValidationError(
        "--refinement \(refinement): a network of --structures has no refinement; leave one out")
    }
    guard size.voxels % multiple == .zero else {
      throw ValidationError(
        "--patch-size \(size): needed multiples of \(multiple), for \(architecture.levels) levels"
          + (voxelBlocks ? " of voxel blocks" : ""))
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

  /// Changes a model's network as the options ask for: more channels, or a refinement of its output.
  /// - Throws: `ValidationError` where there are no voxel blocks to refine.
  func widen(_ architecture: inout Autoencoder) throws {
    architecture.channels = channels ?? architecture.channels
    architecture.maximumChannels = maximumChannels ?? architecture.maximumChannels
    architecture.refinementChannels = refinement ?? architecture.refinementChannels
    try checkRefinement(of: architecture)
  }

  private func checkRefinement(of architecture: Autoencoder) throws {
    guard let refinement, !architecture.voxelBlocks else { return }
    throw ValidationError(
      "--refinement \(refinement): needs a network with voxel blocks")
  }

  /// Returns the settings of a new network.
  func configuration() throws -> TrainingConfiguration {
    try checkRefinement(of: architecture)
    var configuration = TrainingConfiguration(
      architecture: architecture, preprocessing: Preprocessing(spacing: spacing ?? .one))
    configuration.patchSize = size.voxels
    configuration.fieldOfView = fieldOfView ?? .tiles
    configuration.parts = parts ? true : nil
    if structures { configuration.distinguishStructures() }
    configuration.centring = fieldOfView == .brain ? Centring() : nil
    return configuration
  }
}

extension FieldOfView: ExpressibleByArgument {}

/// The size of a patch in voxels along i, j, k: `96` for a cube, or `160x192x160`.
struct PatchSize: ExpressibleByArgument, CustomStringConvertible {
  let voxels: SIMD3<Int>

  init(cube side: Int) { voxels = SIMD3(repeating: side) }

  init?(argument: String) {
    let parts = argument.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    let numbers = parts.compactMap { $0 }.filter { (1...SegmentationModel.longestSide).contains($0) }
    guard numbers.count == parts.count else { return nil }
    switch numbers.count {
    case 1: voxels = SIMD3(repeating: numbers[0])
    case 3: voxels = SIMD3(numbers[0], numbers[1], numbers[2])
    default: return nil
    }
  }

  var description: String {
    voxels == SIMD3(repeating: voxels.x) ? "\(voxels.x)" : "\(voxels.x)x\(voxels.y)x\(voxels.z)"
  }

  var defaultValueDescription: String { description }
}
