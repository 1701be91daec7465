import COneDNN

/// The layouts and numbers that a convolution's three primitives share.
struct ConvolutionProblem {
  let name: String
  let source, weights, destination: Layout
  /// Of the forward result, which is f32 where it leaves the network.
  let result: Layout
  /// Gradients of weights are f32 always.
  let weightGradient: Layout
  /// [O]; none where another convolution of the same sum adds it.
  let bias: Layout?
  /// The weights as the flat parameters hold them.
  let ownWeights: Layout
  private let engine: Engine
  private let transposed: Bool
  private let strides, paddingLow, paddingHigh: [Int64]

  /// - Parameters:
  ///   - inputChannels: the share of the node's weights that belongs to `source`.
  ///   - result: of the tensor that the result is added to.
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
    // Convolutions of one channel have kernels for the plain layout, which an image comes in.
    self.source = try from[1] == 1 ? .plain(from, type) : .blocked(from, type)
    destination = try .blocked(to, type)
    let own = try Layout.blocked(to, compiler.resultType(of: id))
    self.result = result ?? own
    bias = hasBias ? try .plain([to[1]]) : nil
    let dimensions = [to[1], from[1], kernel.x, kernel.y, kernel.z]
    weights = try .any(dimensions, type)
    weightGradient = try .any(dimensions, dnnl_f32)
    // oneDNN names both kinds' weights [O, I, …]; ours are [I, O, …] where transposed, as in PyTorch.
    var whole = dimensions
    whole[1] = compiler.shapes[node.inputs[0]].channels
    guard
      let own = try Layout(whole, transposed ? dnnl_bacde : dnnl_abcde).channels(inputChannels)
    else { throw .primitive(name: name, status: Int(dnnl_unimplemented.rawValue)) }
    ownWeights = own
    strides = (0..<3).map { Int64(stride[$0]) }
    paddingLow = (0..<3).map { Int64(padding[$0]) }
    // What the last window reaches past the input; less than the padding where strides leave a remainder.
    paddingHigh = (0..<3).map { axis in
      let small = transposed ? from[axis + 2] : to[axis + 2]
      let large = transposed ? to[axis + 2] : from[axis + 2]
      return Int64((small - 1) * stride[axis] + kernel[axis] - large - padding[axis])
    }
  }

  func describe(
    _ out: UnsafeMutablePointer<dnnl_primitive_desc_t?>, _ direction: onednn_direction,
    _ fusion: onednn_fusion, forward: Primitive?
  ) -> dnnl_status_t {
    let isForward = direction == onednn_inference || direction == onednn_training
    let weights = direction == onednn_backward_weights ? weightGradient : weights
    return onednn_convolution(
      out, engine.handle, direction, transposed ? 1 : 0, source.handle, weights.handle, bias?.handle,
      (isForward ? result : destination).handle, strides, paddingLow, paddingHigh, fusion,
      forward?.description)
  }

  private static func kernel(of operation: Operation) -> SIMD3<Int> {
    switch operation {
    case .convolution(_, let kernel, _, _), .transposedConvolution(_, let kernel, _, _): kernel
    default: .one
    }
  }
}
