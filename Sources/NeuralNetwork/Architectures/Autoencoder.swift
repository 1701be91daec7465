/// A 3D convolutional autoencoder: an encoder that halves the size from level to level, and a decoder that
/// brings it back.
///
/// With skip connections from each level of the encoder to the same level of the decoder it is a U-Net (Çiçek
/// et al. 2016, arXiv 1606.06650) and segments; without them everything passes through the deepest level, and
/// with a `latentSize` through one vector.
///
/// Up-sampling is a 1×1×1 convolution on the coarse grid, where it is cheap, and trilinear interpolation;
/// oneDNN's transposed convolution costs several times as much and leaves checkerboards.
public struct Autoencoder: Hashable, Codable, Sendable {
  public var inputChannels = 1
  public var outputChannels: Int
  /// Number of resolutions, the input's included.
  public var levels = 4
  /// Channels at the first level; they double from level to level up to `maximumChannels`.
  public var channels = 16
  public var maximumChannels = 256
  /// 3×3×3 convolutions at each level of the encoder, and of the decoder.
  public var encoderConvolutions = 2
  public var decoderConvolutions = 1
  public var skipConnections = true
  /// Instance normalisation after each convolution. Without it the network sees how much of something there is, and
  /// not only where: what a latent vector is for.
  public var normalization = true
  /// The slope of activations below 0: with 0 they are ReLU, of which some can fall silent for good where nothing
  /// normalises.
  public var leak: Float = 0
  /// Blocks of 2×2×2 voxels are one voxel of the first level, whose channels hold all eight; the output gives each
  /// voxel its own values back. An eighth of the arithmetic of a level.
  public var voxelBlocks = false
  /// Channels at the input's own resolution, behind the decoder's last level, where there are blocks of voxels: what
  /// the blocks say of each voxel is a first guess, and these correct it with a look at its neighbours. Eight voxels
  /// that share a block's channels have few each; here one kernel serves them all. 0 for none.
  public var refinementChannels = 0
  /// Length of the latent vector; `nil` leaves the deepest level as it is, and the input's size open.
  public var latentSize: Int?
  /// The input's size (D, H, W); needed for a latent vector.
  public var size: SIMD3<Int>?
  public var output = Output.softmax

  /// What the last layer is.
  public enum Output: String, Hashable, Codable, Sendable { case softmax, sigmoid, identity }

  public init(outputChannels: Int) { self.outputChannels = outputChannels }

  /// Sizes must be multiples of this to come back as they were: 2^(levels − 1), twice that with blocks of voxels.
  public var sizeMultiple: Int { 1 << (voxelBlocks ? levels : levels - 1) }

  func channels(at level: Int) -> Int { min(channels << level, maximumChannels) }

  /// What a level of the decoder gives to the next. With blocks of voxels the last, which decides eight voxels, is
  /// twice as wide as the encoder's first, and has a channel for each of their values at least: fewer would be a
  /// bottleneck just before the output.
  func decoderChannels(at level: Int) -> Int {
    voxelBlocks && level == 0 ? max(2 * channels, 8 * outputChannels) : channels(at: level)
  }

  /// The network. Input [N, inputChannels, D, H, W], output [N, outputChannels, D, H, W].
  public var graph: Graph {
    precondition(levels > 0 && encoderConvolutions > 0, "an autoencoder has a level with a convolution")
    var graph = Graph()
    var x = graph.input(channels: inputChannels, size: size, name: "image")
    if voxelBlocks { x = graph.spaceToDepth(x) }
    let start = x
    var skips: [Graph.ID] = []
    for level in 0..<levels {
      for index in 0..<encoderConvolutions {
        let stride = level > 0 && index == 0 ? 2 : 1
        x = block(&graph, x, channels(at: level), stride: stride, name: "encoder.\(level).\(index)")
      }
      skips.append(x)
    }
    if let latentSize { x = bottleneck(&graph, x, latentSize) }
    for level in (0..<levels - 1).reversed() {
      x = graph.convolution(
        x, outputChannels: channels(at: level), kernel: 1, name: "decoder.\(level).reduction")
      x = graph.linearUpsampling(x)
      if skipConnections { x = graph.concatenation([skips[level], x]) }
      for index in 0..<decoderConvolutions {
        x = block(&graph, x, decoderChannels(at: level), stride: 1, name: "decoder.\(level).\(index)")
      }
    }
    let features = x
    x = graph.convolution(
      x, outputChannels: voxelBlocks ? 8 * outputChannels : outputChannels, kernel: 1, name: Self.outputName)
    if voxelBlocks { x = graph.depthToSpace(x) }
    if voxelBlocks, refinementChannels > 0 { x = refined(&graph, x, features: features, blocks: start) }
    switch output {
    case .softmax: _ = graph.softmax(x)
    case .sigmoid: _ = graph.sigmoid(x)
    case .identity: break
    }
    return graph
  }

  /// Convolution, instance normalisation where it is wanted, activation.
  private func block(
    _ graph: inout Graph, _ x: Graph.ID, _ channels: Int, stride: Int, name: String
  ) -> Graph.ID {
    let y = graph.convolution(
      x, outputChannels: channels, kernel: 3, stride: stride, name: "\(name).convolution")
    return activation(
      &graph, normalization ? graph.instanceNormalization(y, name: "\(name).normalization") : y)
  }

  /// A guess for each voxel plus its correction, which is made of the last features and the image's own blocks.
  private func refined(
    _ graph: inout Graph, _ guess: Graph.ID, features: Graph.ID, blocks: Graph.ID
  ) -> Graph.ID {
    let width = 8 * refinementChannels
    var x = graph.addition(
      graph.convolution(features, outputChannels: width, kernel: 1, name: "refinement.features"),
      graph.convolution(blocks, outputChannels: width, kernel: 1, name: "refinement.image"))
    if normalization { x = graph.instanceNormalization(x, name: "refinement.normalization") }
    x = graph.depthToSpace(activation(&graph, x))
    for index in 0..<decoderConvolutions {
      x = block(&graph, x, refinementChannels, stride: 1, name: "refinement.\(index)")
    }
    return graph.addition(
      guess, graph.convolution(x, outputChannels: outputChannels, kernel: 1, name: "refinement.output"))
  }

  private func activation(_ graph: inout Graph, _ x: Graph.ID) -> Graph.ID {
    leak == 0 ? graph.relu(x) : graph.leakyReLU(x, slope: leak)
  }

  /// The node of the latent vector.
  public static let latentName = "latent"
  /// The last convolution.
  public static let outputName = "output"

  private func bottleneck(_ graph: inout Graph, _ x: Graph.ID, _ latentSize: Int) -> Graph.ID {
    let shape = graph.nodes[x].shape
    guard let count = shape.elementCount else {
      preconditionFailure("a latent vector needs the input's size")
    }
    let latent = graph.dense(x, outputs: latentSize, name: Self.latentName)
    let expansion = graph.dense(latent, outputs: count, name: "expansion")
    return graph.reshape(activation(&graph, expansion), to: shape)
  }
}

extension Autoencoder {
  /// Settings that came later are as they were where a file does not name them.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(outputChannels: try container.decode(Int.self, forKey: .outputChannels))
    inputChannels = try container.decode(Int.self, forKey: .inputChannels)
    levels = try container.decode(Int.self, forKey: .levels)
    channels = try container.decode(Int.self, forKey: .channels)
    maximumChannels = try container.decode(Int.self, forKey: .maximumChannels)
    encoderConvolutions = try container.decode(Int.self, forKey: .encoderConvolutions)
    decoderConvolutions = try container.decode(Int.self, forKey: .decoderConvolutions)
    skipConnections = try container.decode(Bool.self, forKey: .skipConnections)
    normalization = try container.decodeIfPresent(Bool.self, forKey: .normalization) ?? true
    leak = try container.decodeIfPresent(Float.self, forKey: .leak) ?? 0
    voxelBlocks = try container.decodeIfPresent(Bool.self, forKey: .voxelBlocks) ?? false
    refinementChannels = try container.decodeIfPresent(Int.self, forKey: .refinementChannels) ?? 0
    latentSize = try container.decodeIfPresent(Int.self, forKey: .latentSize)
    size = try container.decodeIfPresent(SIMD3<Int>.self, forKey: .size)
    output = try container.decode(Output.self, forKey: .output)
    guard isPossible else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath,
          debugDescription: "an autoencoder of 1 to 16 levels and of 1 to 65536 channels is needed"))
    }
  }

  /// Whether a network can be built by these numbers, which may come from a damaged file.
  private var isPossible: Bool {
    let counts = 1...65_536
    let sizes = size.map { [$0.x, $0.y, $0.z] } ?? []
    return (1...16).contains(levels) && (1...64).contains(encoderConvolutions)
      && (0...64).contains(decoderConvolutions)
      && [inputChannels, outputChannels, channels, maximumChannels].allSatisfy(counts.contains)
      && (0...65_536).contains(refinementChannels) && latentSize.map(counts.contains) ?? true
      && sizes.allSatisfy(counts.contains) && (latentSize == nil || size != nil)
  }
}
