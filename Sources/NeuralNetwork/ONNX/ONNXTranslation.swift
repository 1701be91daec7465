/// The translation of a graph's nodes to ONNX operators, and the constants that these read.
struct ONNXTranslation {
  private(set) var nodes: [ONNXNode] = []
  private(set) var constants: [ONNXConstant] = []
  private let graph: Graph
  private let outputName: String

  /// Translates a graph. Each tensor has the name of its node, except the output.
  init(_ graph: Graph, parameters: Parameters, outputName: String) {
    self.graph = graph
    self.outputName = outputName
    constants = parameters.slots.map {
      ONNXConstant(name: $0.name, shape: $0.shape, values: .floats(Array(parameters.values[$0.range])))
    }
    for id in graph.nodes.indices { translate(id) }
  }

  /// Returns the name of a node's tensor.
  private func name(_ id: Graph.ID) -> String { id == graph.output ? outputName : graph.nodes[id].name }

  /// Adds the operators of a node.
  private mutating func translate(_ id: Graph.ID) {
    let node = graph.nodes[id]
    switch node.operation {
    case .input:
      // An input is declared in the graph's own list. It needs a node only if it is also the output.
      if id == graph.output {
        nodes.append(ONNXNode(operation: "Identity", inputs: [node.name], output: outputName))
      }
    case .convolution(_, let kernel, let stride, let padding):
      add(
        "Conv", id, weights: ["weight", "bias"],
        Self.window(kernel, stride) + [("pads", .integers(Self.both(padding)))])
    case .transposedConvolution(_, let kernel, let stride, let padding):
      add(
        "ConvTranspose", id, weights: ["weight", "bias"],
        Self.window(kernel, stride) + [("pads", .integers(Self.both(padding)))])
    case .maxPooling(let kernel, let stride): add("MaxPool", id, Self.window(kernel, stride))
    case .averagePooling(let kernel, let stride): add("AveragePool", id, Self.window(kernel, stride))
    case .instanceNormalization(let epsilon):
      add("InstanceNormalization", id, weights: ["scale", "shift"], [("epsilon", .number(epsilon))])
    case .dense: dense(id)
    case .reshape(let shape): reshape(name(node.inputs[0]), to: shape, id)
    case .relu: add("Relu", id)
    case .leakyReLU(let slope): add("LeakyRelu", id, [("alpha", .number(slope))])
    case .sigmoid: add("Sigmoid", id)
    case .softmax: add("Softmax", id, [("axis", .integer(1))])
    case .concatenation: add("Concat", id, [("axis", .integer(1))])
    case .addition: add("Add", id)
    case .dropout: add("Identity", id)
    case .linearUpsampling: doubling(id, mode: "linear", coordinates: "half_pixel")
    // With these coordinates and this rounding, voxel i has the value of ⌊i / 2⌋.
    case .nearestUpsampling:
      doubling(id, mode: "nearest", coordinates: "asymmetric", [("nearest_mode", .text("floor"))])
    case .spaceToDepth: rearrangement("Conv", id, channels: graph.nodes[node.inputs[0]].shape.channels)
    case .depthToSpace: rearrangement("ConvTranspose", id, channels: node.shape.channels)
    }
  }

  /// Adds one operator with the inputs and weights of a node.
  private mutating func add(
    _ operation: String, _ id: Graph.ID, weights: [String] = [],
    _ attributes: [(name: String, value: ONNXNode.Attribute)] = []
  ) {
    let node = graph.nodes[id]
    nodes.append(
      ONNXNode(
        operation: operation, inputs: node.inputs.map { name($0) } + weights.map { "\(node.name).\($0)" },
        output: name(id), attributes: attributes))
  }

  private static func window(
    _ kernel: SIMD3<Int>, _ stride: SIMD3<Int>
  ) -> [(name: String, value: ONNXNode.Attribute)] {
    [("kernel_shape", .integers(axes(kernel))), ("strides", .integers(axes(stride)))]
  }

  private static func axes(_ values: SIMD3<Int>) -> [Int] { (0..<3).map { values[$0] } }

  /// Returns the padding before all axes, and then after all axes.
  private static func both(_ padding: SIMD3<Int>) -> [Int] { axes(padding) + axes(padding) }

  /// Adds a dense layer as a product of matrices: [N, C, D, H, W] → [N, C·D·H·W] → [N, O] → [N, O, 1, 1, 1].
  private mutating func dense(_ id: Graph.ID) {
    let node = graph.nodes[id]
    let (flat, product) = ("\(node.name).flat", "\(node.name).product")
    nodes.append(
      ONNXNode(
        operation: "Flatten", inputs: [name(node.inputs[0])], output: flat,
        attributes: [("axis", .integer(1))]))
    nodes.append(
      ONNXNode(
        operation: "Gemm", inputs: [flat, "\(node.name).weight", "\(node.name).bias"], output: product,
        attributes: [("transB", .integer(1))]))
    reshape(product, to: node.shape, id)
  }

  private mutating func reshape(_ input: String, to shape: TensorShape, _ id: Graph.ID) {
    let target = "\(graph.nodes[id].name).shape"
    // 0 keeps the batch size. Only fixed sizes can be reshaped.
    let sizes = [0, shape.channels] + Self.axes(shape.size ?? .one)
    constants.append(ONNXConstant(name: target, shape: [5], values: .integers(sizes)))
    nodes.append(ONNXNode(operation: "Reshape", inputs: [input, target], output: name(id)))
  }

  /// Adds the rearrangement between voxels and channels.
  ///
  /// ONNX has these operators for two dimensions only. A convolution with the stride of a block has the same effect at
  /// any size: its kernel [8·C, C, 2, 2, 2] is 1 at the place of a channel in the block, and 0 elsewhere.
  private mutating func rearrangement(_ operation: String, _ id: Graph.ID, channels: Int) {
    let node = graph.nodes[id]
    var kernel = [Float](repeating: 0, count: 64 * channels * channels)
    for place in 0..<8 {
      for channel in 0..<channels {
        kernel[((place * channels + channel) * channels + channel) * 8 + place] = 1
      }
    }
    let weight = "\(node.name).weight"
    constants.append(
      ONNXConstant(name: weight, shape: [8 * channels, channels, 2, 2, 2], values: .floats(kernel)))
    nodes.append(
      ONNXNode(
        operation: operation, inputs: [name(node.inputs[0]), weight], output: name(id),
        attributes: Self.window(SIMD3(repeating: 2), SIMD3(repeating: 2))))
  }

  /// Adds up-sampling to twice the size.
  private mutating func doubling(
    _ id: Graph.ID, mode: String, coordinates: String,
    _ more: [(name: String, value: ONNXNode.Attribute)] = []
  ) {
    let node = graph.nodes[id]
    let scales = "\(node.name).scales"
    constants.append(ONNXConstant(name: scales, shape: [5], values: .floats([1, 1, 2, 2, 2])))
    nodes.append(
      ONNXNode(
        // The omitted second input would be a region of interest.
        operation: "Resize", inputs: [name(node.inputs[0]), "", scales], output: name(id),
        attributes: [
          ("mode", .text(mode)), ("coordinate_transformation_mode", .text(coordinates)),
        ] + more))
  }
}
