import COneDNN

/// The compiler from a graph to steps: the forward work of each node in order and, for training, its backward work in
/// reverse order. Tensors keep the layout that their producer chose. A reorder is inserted only if a consumer needs
/// another layout.
final class Compiler {
  /// The graph.
  let graph: Graph
  /// The shapes of all nodes for the given size.
  let shapes: [TensorShape]
  /// The number of samples of a batch.
  let batch: Int
  /// Whether backward steps are compiled.
  let isTraining: Bool
  /// The type of activations and of the weights of convolutions.
  let type: dnnl_data_type_t
  /// The block of channels of the layouts between convolutions.
  let block: ChannelBlock
  /// oneDNN's engine.
  let engine: Engine
  /// The slots of the parameters by name.
  let slots: [String: ParameterSlot]

  /// All parameters, flat in the order of the slots.
  let parameterBuffer: Buffer
  /// The gradients of all parameters, flat in the order of the slots.
  let gradientBuffer: Buffer

  /// The steps emitted so far.
  private(set) var steps: [Program.Phase: [Step]] = [:]
  /// The phase of the steps that are emitted.
  var phase = Program.Phase.forward
  /// The name of the node for which steps are emitted.
  var node = ""
  /// The memory of the values of the compiled nodes.
  var values: [Graph.ID: Memory] = [:]
  /// The memory of the gradients with respect to the nodes.
  private(set) var gradients: [Graph.ID: Memory] = [:]
  /// The gradients in further layouts: the two gradients of a convolution often need the same layout.
  private var reorderedGradients: [Graph.ID: [Memory]] = [:]
  /// Whether the gradient with respect to a node is needed.
  private var needsGradient: [Bool] = []
  /// The backward emitters of the nodes, which are called in reverse order.
  private var tape: [(id: Graph.ID, emit: () throws(EngineError) -> Void)] = []

  /// Prepares the compilation of a graph.
  init(
    _ graph: Graph, batch: Int, size: SIMD3<Int>, purpose: Executable.Purpose, precision: Precision
  ) throws(EngineError) {
    self.graph = graph
    self.batch = batch
    type = precision == .bfloat16 ? dnnl_bf16 : dnnl_f32
    block = .native(for: type)
    do { shapes = try graph.shapes(forSize: size) } catch { throw .graph(error) }
    engine = try Engine()
    let slots = graph.parameterSlots
    self.slots = Dictionary(uniqueKeysWithValues: slots.map { ($0.name, $0) })
    let bytes = max(1, slots.reduce(0) { $0 + $1.count }) * MemoryLayout<Float>.stride
    parameterBuffer = Buffer(byteCount: bytes, isPersistent: true)
    gradientBuffer = Buffer(byteCount: bytes, isPersistent: true)
    var forInputs = false
    switch purpose {
    case .inference: isTraining = false
    case .training(let inputGradients):
      isTraining = true
      forInputs = inputGradients
    }
    for node in graph.nodes {
      if case .input = node.operation {
        needsGradient.append(forInputs)
      } else {
        let learns = slots.contains { $0.name.hasPrefix(node.name + ".") }
        needsGradient.append(learns || node.inputs.contains { needsGradient[$0] })
      }
    }
  }

  // MARK: Emitting

  /// Emits a step of oneDNN.
  func emit(_ primitive: Primitive, _ arguments: [(Int32, Memory)]) throws(EngineError) {
    var arguments = arguments.map { (index: $0.0, memory: $0.1) }
    if let layout = try primitive.layout(of: DNNL_ARG_SCRATCHPAD) {
      arguments.append((DNNL_ARG_SCRATCHPAD, Memory(layout, isPersistent: phase == .preparation)))
    }
    steps[phase, default: []].append(Step(work: .primitive(primitive, arguments), node: node))
  }

  /// Emits a step of our own, which reads or writes the given memory.
  func emit(_ name: String, touching memory: [Memory], _ body: @escaping (RunState) -> Void) {
    steps[phase, default: []].append(Step(work: .custom(name: name, touches: memory, body: body), node: node))
  }

  /// Calls `body` and returns its result. Steps that it emits belong to the given phase.
  func within<Result>(
    _ phase: Program.Phase, _ body: () throws(EngineError) -> Result
  ) throws(EngineError) -> Result {
    let outer = self.phase
    self.phase = phase
    defer { self.phase = outer }
    return try body()
  }

  /// Records a backward emitter of a node, which is called after the emitters of all later nodes. Only in training.
  func backward(of id: Graph.ID, _ emit: @escaping () throws(EngineError) -> Void) {
    if isTraining { tape.append((id, emit)) }
  }

  /// Emits the backward phase. The gradient with respect to the output must have been set.
  func emitBackward() throws(EngineError) {
    for entry in tape.reversed() where needsGradient[entry.id] && gradients[entry.id] != nil {
      phase = entry.id == graph.output && graph.endsInActivation ? .head : .backward
      node = graph.nodes[entry.id].name
      try entry.emit()
    }
    phase = .backward
  }

  // MARK: Values

  /// Returns the dimensions [N, C, D, H, W] of a node.
  func dimensions(of id: Graph.ID) -> [Int] {
    let size = shapes[id].size ?? .one
    return [batch, shapes[id].channels, size.x, size.y, size.z]
  }

  /// Returns the memory of a node's value.
  func value(of id: Graph.ID) -> Memory {
    guard let memory = values[id] else { preconditionFailure("nodes must be compiled in topological order") }
    return memory
  }

  /// Returns a node's value in the type of activations. Some operations compute in f32 at any precision.
  func activation(of id: Graph.ID) throws(EngineError) -> Memory { try value(of: id, as: type) }

  /// Returns a node's value in f32.
  func floats(of id: Graph.ID) throws(EngineError) -> Memory { try value(of: id, as: dnnl_f32) }

  private func value(of id: Graph.ID, as type: dnnl_data_type_t) throws(EngineError) -> Memory {
    let memory = value(of: id)
    return memory.layout.type == type ? memory : try reordered(memory, to: .plain(dimensions(of: id), type))
  }

  /// Returns the type of a node's result: f32 for the output and for the input of the last activation, so that no
  /// digits are lost.
  func resultType(of id: Graph.ID) -> dnnl_data_type_t {
    isLast(id) ? dnnl_f32 : type
  }

  /// Returns whether a node is the output, or the only input of the last activation. Rearrangements and additions
  /// between them are ignored.
  func isLast(_ id: Graph.ID) -> Bool {
    if id == graph.output || (graph.endsInActivation && graph.nodes[graph.output].inputs == [id]) {
      return true
    }
    guard let next = onlyConsumer(of: id) else { return false }
    switch graph.nodes[next].operation {
    case .depthToSpace, .addition: return isLast(next)
    default: return false
    }
  }

  /// Returns memory in a layout, after emitting a reorder if necessary.
  func reordered(_ memory: Memory, to layout: Layout) throws(EngineError) -> Memory {
    if memory.layout.equals(layout) { return memory }
    let result = Memory(layout)
    try reorder(memory, into: result)
    return result
  }

  /// Emits a reorder between two layouts.
  func reorder(_ source: Memory, into destination: Memory) throws(EngineError) {
    let engine = engine.handle
    let primitive = try Primitive("reorder") {
      onednn_reorder($0, engine, source.layout.handle, destination.layout.handle)
    }
    try emit(primitive, [(DNNL_ARG_FROM, source), (DNNL_ARG_TO, destination)])
  }

  /// Emits the sum of two tensors of equal layout.
  func add(_ a: Memory, _ b: Memory, into sum: Memory, name: String) throws(EngineError) {
    let engine = engine.handle
    let primitive = try Primitive(name) { onednn_addition($0, engine, sum.layout.handle) }
    try emit(primitive, [(DNNL_ARG_SRC_0, a), (DNNL_ARG_SRC_1, b), (DNNL_ARG_DST, sum)])
  }

  /// Returns the nodes that read a node.
  func consumers(of id: Graph.ID) -> [Graph.ID] {
    graph.nodes.indices.filter { graph.nodes[$0].inputs.contains(id) }
  }

  /// Returns a node's only reader, or `nil` if it has none or several.
  func onlyConsumer(of id: Graph.ID) -> Graph.ID? {
    let consumers = consumers(of: id)
    return consumers.count == 1 ? consumers[0] : nil
  }

  /// Returns whether the only reader of a node is a ReLU, which can then be fused.
  func canFuseReLU(after id: Graph.ID) -> Bool {
    guard let next = onlyConsumer(of: id) else { return false }
    return graph.nodes[next].operation == .relu
  }

  // MARK: Gradients

  /// Returns whether the gradient with respect to a node is needed.
  func isNeeded(_ id: Graph.ID) -> Bool { needsGradient[id] }

  /// Returns the gradient with respect to a node in the given layout.
  func gradient(of id: Graph.ID, as layout: Layout) throws(EngineError) -> Memory {
    guard let memory = gradients[id] else { preconditionFailure("gradients are computed in reverse order") }
    for known in [memory] + reorderedGradients[id, default: []] where known.layout.equals(layout) {
      return known
    }
    let result = try reordered(memory, to: layout)
    reorderedGradients[id, default: []].append(result)
    return result
  }

  /// Adds a contribution to the gradient with respect to a node. Each reader of the node contributes once.
  func contribute(_ memory: Memory, to id: Graph.ID) throws(EngineError) {
    reorderedGradients[id] = nil
    guard let present = gradients[id] else {
      gradients[id] = memory
      return
    }
    let sum = Memory(present.layout)
    try add(present, reordered(memory, to: present.layout), into: sum, name: "gradient sum")
    gradients[id] = sum
  }

  // MARK: Parameters

  /// Returns the slot of a node's parameter.
  private func slot(_ id: Graph.ID, _ role: ParameterSlot.Role) -> ParameterSlot {
    guard let slot = slots["\(graph.nodes[id].name).\(role.rawValue)"] else {
      preconditionFailure("\(graph.nodes[id].name) has no \(role.rawValue)")
    }
    return slot
  }

  /// Returns a parameter in the layout that a primitive needs. It is updated whenever parameters are set.
  /// - Parameter own: The layout of the elements in the flat array.
  func parameter(
    _ id: Graph.ID, _ role: ParameterSlot.Role, own: Layout, as wanted: Layout
  ) throws(EngineError) -> Memory {
    let offset = slot(id, role).offset * MemoryLayout<Float>.stride
    let flat = Memory(layout: own, buffer: parameterBuffer, offset: offset)
    if own.equals(wanted) { return flat }
    let result = Memory(wanted, isPersistent: true)
    try within(.preparation) { () throws(EngineError) in try reorder(flat, into: result) }
    return result
  }

  /// Returns the memory to which a primitive writes a parameter's gradient, and a function that emits the copy to the
  /// flat array.
  func parameterGradient(
    _ id: Graph.ID, _ role: ParameterSlot.Role, own: Layout, as given: Layout
  ) throws(EngineError) -> (memory: Memory, finish: () throws(EngineError) -> Void) {
    let offset = slot(id, role).offset * MemoryLayout<Float>.stride
    let flat = Memory(layout: own, buffer: gradientBuffer, offset: offset)
    if own.equals(given) { return (flat, { () throws(EngineError) in }) }
    let memory = Memory(given)
    return (memory, { () throws(EngineError) in try self.reorder(memory, into: flat) })
  }
}

extension Graph {
  /// Whether the output is a sigmoid or a softmax, which losses differentiate together with themselves.
  var endsInActivation: Bool {
    switch nodes.last?.operation {
    case .sigmoid, .softmax: true
    default: false
    }
  }
}
