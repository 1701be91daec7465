import COneDNN

/// The layouts and numbers that the three primitives of a convolution share.
struct ConvolutionProblem {
  /// The name in error messages.
  let name: String
  /// The dimensions [N, C, D, H, W] of the input and of the result.
  let sourceDimensions, destinationDimensions: [Int]
  /// The alternative layouts, in the order in which they are tried.
  let alternatives: [Tensors]
  private let weights: Layout
  /// The layout of the gradient of the weights, which is always f32.
  private let weightGradient: Layout
  /// The layout [O] of the bias, or `nil` if another convolution of the same sum adds it.
  let bias: Layout?
  /// The layout of the weights in the flat parameters.
  let ownWeights: Layout
  private let engine: Engine
  private let transposed: Bool
  private let strides, paddingLow, paddingHigh: [Int64]

  /// Prepares a convolution of one source of a node.
  /// - Parameters:
  ///   - compiler: The compiler of the graph.
  ///   - id: The node.
  ///   - source: The node that is read.
  ///   - inputChannels: The part of the node's weights that belongs to `source`.
  ///   - hasBias: Whether this convolution adds the bias.
  ///   - result: The layout of the tensor to which the result is added, or `nil` for a new tensor.
  ///   - transposed: Whether the convolution is transposed.
  ///   - stride: The strides along D, H and W.
  ///   - padding: The padding before D, H and W.
  init(
    _ compiler: Compiler, _ id: Graph.ID, _ source: Graph.ID, inputChannels: Range<Int>, hasBias: Bool,
    result: Layout?, transposed: Bool, stride: SIMD3<Int>, padding: SIMD3<Int>
  ) throws(EngineError) {
    name = transposed ? "transposed convolution" : "convolution"
    engine = compiler.engine
    self.transposed = transposed
    let (from, to, type) = (compiler.dimensions(of: source), compiler.dimensions(of: id), compiler.type)
    let node = compiler.graph.nodes[id]
    let kernel = Self.kernel(of: node.operation)
    (sourceDimensions, destinationDimensions) = (from, to)
    let resultType = compiler.resultType(of: id)
    alternatives = try Tensors.alternatives(
      from, to, type, compiler.block, result: result, resultType: resultType)
    bias = hasBias ? try .plain([to[1]]) : nil
    let dimensions = [to[1], from[1], kernel.x, kernel.y, kernel.z]
    weights = try .any(dimensions, type)
    weightGradient = try .any(dimensions, dnnl_f32)
    // oneDNN orders the weights of both kinds as [O, I, …]. Here they are [I, O, …] for transposed ones, as in PyTorch.
    var whole = dimensions
    whole[1] = compiler.shapes[node.inputs[0]].channels
    guard
      let own = try Layout(whole, transposed ? dnnl_bacde : dnnl_abcde).channels(inputChannels)
    else { throw .primitive(name: name, status: Int(dnnl_unimplemented.rawValue)) }
    ownWeights = own
    strides = (0..<3).map { Int64(stride[$0]) }
    paddingLow = (0..<3).map { Int64(padding[$0]) }
    // The padding behind is what the last window needs. It is smaller than the padding if strides leave a remainder.
    paddingHigh = (0..<3).map { axis in
      let small = transposed ? from[axis + 2] : to[axis + 2]
      let large = transposed ? to[axis + 2] : from[axis + 2]
      return Int64((small - 1) * stride[axis] + kernel[axis] - large - padding[axis])
    }
  }

  /// Returns the primitive for a direction.
  func primitive(
    _ direction: onednn_direction, _ fusion: onednn_fusion = .init(), forward: Primitive? = nil
  ) throws(EngineError) -> Primitive {
    let isForward = direction == onednn_inference || direction == onednn_training
    let weights = direction == onednn_backward_weights ? weightGradient : weights
    return try Primitive(name + Self.suffix(of: direction), alternatives: alternatives) { out, tensors in
      onednn_convolution(
        out, engine.handle, direction, transposed ? 1 : 0, tensors.source.handle, weights.handle,
        bias?.handle,
        (isForward ? tensors.result : tensors.destination).handle, strides, paddingLow, paddingHigh, fusion,
        forward?.description)
    }
  }

  private static func suffix(of direction: onednn_direction) -> String {
    switch direction {
    case onednn_backward_data: ", data gradient"
    case onednn_backward_weights: ", weight gradient"
    default: ""
    }
  }

  private static func kernel(of operation: Operation) -> SIMD3<Int> {
    switch operation {
    case .convolution(_, let kernel, _, _), .transposedConvolution(_, let kernel, _, _): kernel
    default: .one
    }
  }
}

extension ConvolutionProblem {
  /// The layouts of the tensors that a convolution reads and writes.
  struct Tensors {
    let source, destination: Layout
    /// The layout of the forward result, which is f32 at the output of the network.
    let result: Layout

    private init(_ source: Layout, _ destination: Layout, _ given: Layout?, own: Layout) {
      self.source = source
      self.destination = destination
      result = given ?? own
    }

    /// Returns the alternatives: blocks of channels, then oneDNN's own choice, then the plain layout, for which it
    /// multiplies matrices.
    /// - Parameter result: The layout of the tensor to which the result is added.
    static func alternatives(
      _ from: [Int], _ to: [Int], _ type: dnnl_data_type_t, _ block: ChannelBlock, result: Layout?,
      resultType: dnnl_data_type_t
    ) throws(EngineError) -> [Tensors] {
      // For one input channel oneDNN has kernels with the plain layout, which images have.
      let source = try from[1] == 1 ? Layout.plain(from, type) : .blocked(from, type, block)
      return [
        Tensors(
          source, try .blocked(to, type, block), result, own: try .blocked(to, resultType, block)),
        Tensors(try .any(from, type), try .any(to, type), result, own: try .any(to, resultType)),
        Tensors(try .plain(from, type), try .plain(to, type), result, own: try .plain(to, resultType)),
      ]
    }
  }
}
