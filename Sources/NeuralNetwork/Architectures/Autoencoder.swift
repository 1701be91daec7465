/// A 3D convolutional autoencoder: an encoder that halves the size from level to level, and a decoder that restores it.
///
/// With skip connections from each level of the encoder to the same level of the decoder it is a U-Net for segmentation
/// (Çiçek et al. 2016, arXiv 1606.06650). Without them all information passes through the deepest level, and with a
/// `latentSize` through one vector.
///
/// Up-sampling consists of a 1×1×1 convolution on the coarse grid, where it is cheap, and of trilinear interpolation.
/// oneDNN's transposed convolution takes several times as long, and produces checkerboard artefacts.
public struct Autoencoder: Hashable, Codable, Sendable {
  /// The number of channels of the input.
  public var inputChannels = 1
  /// The number of channels of the output.
  public var outputChannels: Int
  /// The number of resolutions, including that of the input.
  public var levels = 4
  /// The number of channels at the first level. It doubles from level to level up to `maximumChannels`.
  public var channels = 16
  /// The largest number of channels of a level.
  public var maximumChannels = 256
  /// The number of 3×3×3 convolutions at each level of the encoder.
  public var encoderConvolutions = 2
  /// The number of 3×3×3 convolutions at each level of the decoder.
  public var decoderConvolutions = 1
  /// Whether each level of the encoder is connected to the same level of the decoder.
  public var skipConnections = true
  /// Whether instance normalization follows each convolution. Without normalization the features keep absolute
  /// quantities, such as the amount of tissue, which a latent vector needs.
  public var normalization = true
  /// The slope of activations below 0. With 0 they are ReLU, of which some can become 0 for all inputs if there is no
  /// normalization.
  public var leak: Float = 0
  /// Whether each block of 2×2×2 voxels is one voxel of the first level with all eight values as channels. The output
  /// is rearranged back to voxels. This needs an eighth of a level's arithmetic.
  public var voxelBlocks = false
  /// The number of channels of the refinement at the input's resolution, which follows the decoder's last level if
  /// there are blocks of voxels. The blocks give a first estimate for each voxel, and the refinement corrects it with
  /// the voxel's neighbours. It needs few channels, because one kernel serves all voxels. 0 means no refinement.
  public var refinementChannels = 0
  /// Whether the output has one voxel for each block of voxels, which stands for the first voxel of the block, instead of
  /// one for each voxel. It serves outputs of many channels, whose borders need no finer grid.
  public var coarseOutput = false
  /// The length of the latent vector, or `nil` for a bottleneck of any size without a vector.
  public var latentSize: Int?
  /// The input's size (D, H, W), which a latent vector needs.
  public var size: SIMD3<Int>?
  /// The last layer.
  public var output = Output.softmax

  /// The last layer of a network: softmax across channels, sigmoid, or none.
  public enum Output: String, Hashable, Codable, Sendable { case softmax, sigmoid, identity }

  /// Makes an autoencoder with the default settings.
  public init(outputChannels: Int) { self.outputChannels = outputChannels }

  /// The size of the input must be a multiple of this for an output of equal size: 2^(levels − 1), or twice that with
  /// blocks of voxels.
  public var sizeMultiple: Int { 1 << (voxelBlocks ? levels : levels - 1) }

  /// Returns the number of channels of a level of the encoder.
  func channels(at level: Int) -> Int { min(channels << level, maximumChannels) }

  /// Returns the number of channels of a level of the decoder. With blocks of voxels the last level, which decides
  /// about eight voxels, is twice as wide as the encoder's first level, and has at least one channel for each of their
  /// values. Fewer channels would be a bottleneck directly before the output.
  func decoderChannels(at level: Int) -> Int {
    guard voxelBlocks, level == 0 else { return channels(at: level) }
    return coarseOutput ? 2 * channels : max(2 * channels, 8 * outputChannels)
  }

  /// Whether blocks of voxels are rearranged back to voxels.
  private var isFine: Bool { voxelBlocks && !coarseOutput }

  /// The network, with input [N, inputChannels, D, H, W] and output [N, outputChannels, D, H, W], or half of
  /// D, H, W with a coarse output.
  public var graph: Graph {
    precondition(levels > 0 && encoderConvolutions > 0, "an autoencoder needs a level with a convolution")
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
      x, outputChannels: isFine ? 8 * outputChannels : outputChannels, kernel: 1, name: Self.outputName)
    if isFine { x = graph.depthToSpace(x) }
    if isFine, refinementChannels > 0 { x = refined(&graph, x, features: features, blocks: start) }
    switch output {
    case .softmax: _ = graph.softmax(x)
    case .sigmoid: _ = graph.sigmoid(x)
    case .identity: break
    }
    return graph
  }

  /// Adds a convolution, an optional instance normalization, and an activation.
  private func block(
    _ graph: inout Graph, _ x: Graph.ID, _ channels: Int, stride: Int, name: String
  ) -> Graph.ID {
    let y = graph.convolution(
      x, outputChannels: channels, kernel: 3, stride: stride, name: "\(name).convolution")
    return activation(
      &graph, normalization ? graph.instanceNormalization(y, name: "\(name).normalization") : y)
  }

  /// Adds the refinement: a first estimate for each voxel plus a correction, which is computed from the last features
  /// and from the blocks of the image.
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

  /// The name of the node of the latent vector.
  public static let latentName = "latent"
  /// The name of the last convolution.
  public static let outputName = "output"

  /// Adds the latent vector between two dense layers.
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
  /// Decodes the settings. A setting that the file does not name has the value that it had before it existed.
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
    coarseOutput = try container.decodeIfPresent(Bool.self, forKey: .coarseOutput) ?? false
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

  /// Whether a network can be built with these settings, which may come from a damaged file.
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
