import COneDNN

extension Compiler {
  /// Emits the forward steps of a node, and records its backward steps.
  func compile(_ id: Graph.ID) throws(EngineError) {
    let node = graph.nodes[id]
    self.node = node.name
    switch node.operation {
    case .input: values[id] = Memory(try .plain(dimensions(of: id)), isPersistent: true)
    case .convolution(_, _, let stride, let padding):
      try convolution(id, from: node.inputs[0], transposed: false, stride: stride, padding: padding)
    case .transposedConvolution(_, _, let stride, let padding):
      try convolution(id, from: node.inputs[0], transposed: true, stride: stride, padding: padding)
    case .maxPooling(let kernel, let stride):
      try pooling(id, from: node.inputs[0], dnnl_pooling_max, kernel: kernel, stride: stride)
    case .averagePooling(let kernel, let stride):
      try pooling(id, from: node.inputs[0], dnnl_pooling_avg_exclude_padding, kernel: kernel, stride: stride)
    case .instanceNormalization(let epsilon):
      try instanceNormalization(id, from: node.inputs[0], epsilon: epsilon)
    case .dense: try dense(id, from: node.inputs[0])
    case .reshape: try reshape(id, from: node.inputs[0])
    case .relu: try elementwise(id, from: node.inputs[0], dnnl_eltwise_relu_use_dst_for_bwd, alpha: 0)
    case .leakyReLU(let slope):
      try elementwise(id, from: node.inputs[0], dnnl_eltwise_relu_use_dst_for_bwd, alpha: slope)
    case .sigmoid: try elementwise(id, from: node.inputs[0], dnnl_eltwise_logistic_use_dst_for_bwd, alpha: 0)
    case .softmax: try softmax(id, from: node.inputs[0])
    case .concatenation: try concatenation(id, from: node.inputs)
    case .addition: try addition(id, from: node.inputs)
    case .dropout(let probability): try dropout(id, from: node.inputs[0], probability: probability)
    case .linearUpsampling: try upsampling(id, from: node.inputs[0], dnnl_resampling_linear)
    case .nearestUpsampling: try upsampling(id, from: node.inputs[0], dnnl_resampling_nearest)
    case .spaceToDepth: try spaceToDepth(id, from: node.inputs[0])
    case .depthToSpace: try depthToSpace(id, from: node.inputs[0])
    }
  }
}
