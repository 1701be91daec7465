/// A 3D convolutional network that gives one probability per class for a whole volume: strided convolutions,
/// the mean over space or every place of it, a dense layer.
public struct ConvolutionalClassifier: Hashable, Codable, Sendable {
  public var inputChannels = 1
  /// Of the volumes, (D, H, W).
  public var size: SIMD3<Int>
  public var channels: [Int] = [16, 32, 64]
  /// One class is answered by a sigmoid, several by a softmax.
  public var classes = 1

  /// Voxels along a side of the cubes whose means the first convolution sees.
  public var inputPooling = 1
  /// Instance normalisation after each convolution. It hides from the network how much of something there is.
  public var normalization = true
  /// Whether the dense layer sees every place by itself, in place of the mean over space: for images of a common space,
  /// where a place means something.
  public var seesPlaces = false

  public init(size: SIMD3<Int>) { self.size = size }

  /// The network. Input [N, inputChannels, D, H, W], output [N, classes, 1, 1, 1].
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

  private func meanOverSpace(_ graph: inout Graph, _ x: Graph.ID) -> Graph.ID {
    guard let rest = graph.nodes[x].shape.size else { preconditionFailure("the input has a size") }
    do {
      return try graph.append(.averagePooling(kernel: rest, stride: rest), inputs: [x])
    } catch {
      preconditionFailure("\(error)")
    }
  }
}
