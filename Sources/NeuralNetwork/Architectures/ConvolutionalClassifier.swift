/// A 3D convolutional network that classifies an entire volume: strided convolutions, an optional mean over space, and
/// a dense layer.
public struct ConvolutionalClassifier: Hashable, Codable, Sendable {
  /// The number of channels of the input.
  public var inputChannels = 1
  /// The size of the volumes (D, H, W).
  public var size: SIMD3<Int>
  /// The number of channels of each convolution.
  public var channels: [Int] = [16, 32, 64]
  /// The number of classes. One class has a sigmoid as output, and several have a softmax.
  public var classes = 1

  /// The side in voxels of the cubes whose means are the input of the first convolution.
  public var inputPooling = 1
  /// Whether instance normalization follows each convolution. It removes absolute quantities from the features.
  public var normalization = true
  /// Whether the dense layer has a weight for each position instead of the mean over space. This is useful for images
  /// in a common space, in which a position has a meaning.
  public var seesPlaces = false

  /// Makes a classifier with the default settings.
  public init(size: SIMD3<Int>) { self.size = size }

  /// The network, with input [N, inputChannels, D, H, W] and output [N, classes, 1, 1, 1].
  public var graph: Graph {
    var graph = Graph()
    var x = graph.input(channels: inputChannels, size: size, name: "image")
    if inputPooling > 1 { x = graph.averagePooling(x, kernel: inputPooling, stride: inputPooling) }
    for (level, width) in channels.enumerated() {
      x = graph.convolution(
        x, outputChannels: width, kernel: 3, stride: 2, name: "encoder.\(level).convolution")
      if normalization { x = graph.instanceNormalization(x, name: "encoder.\(level).normalization") }
      x = graph.relu(x)
    }
    if !seesPlaces { x = meanOverSpace(&graph, x) }
    x = graph.dense(x, outputs: classes, name: "output")
    _ = classes == 1 ? graph.sigmoid(x) : graph.softmax(x)
    return graph
  }

  /// Adds an average pooling over all positions.
  private func meanOverSpace(_ graph: inout Graph, _ x: Graph.ID) -> Graph.ID {
    guard let rest = graph.nodes[x].shape.size else { preconditionFailure("the input must have a size") }
    do {
      return try graph.append(.averagePooling(kernel: rest, stride: rest), inputs: [x])
    } catch {
      preconditionFailure("\(error)")
    }
  }
}
