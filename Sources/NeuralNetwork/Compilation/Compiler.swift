import COneDNN

/// Turns a graph into steps: each node's forward work in order, and, for training, its backward work in
/// reverse. Tensors stay in the layout that their producer chose; a reorder stands only where a consumer
/// wants another.
final class Compiler {
  let graph: Graph
  let shapes: [TensorShape]
  let batch: Int
  let isTraining: Bool
  /// Of activations and convolutions' weights.
  let type: dnnl_data_type_t
  /// Of the layouts in which tensors lie between convolutions.
  let block: ChannelBlock
  let engine: Engine
  let slots: [String: ParameterSlot]

  /// All parameters and their gradients, flat, in the order of the slots.
  let parameterBuffer: Buffer
  let gradientBuffer: Buffer

  private(set) var steps: [Program.Phase: [Step]] = [:]
  var phase = Program.Phase.forward
  /// The name of the node whose work is emitted.
  var node = ""
  var values: [Graph.ID: Memory] = [:]
  private(set) var gradients: [Graph.ID: Memory] = [:]
  /// The same in other layouts: a convolution's two gradients ask for one alike.
  private var reorderedGradients: [Graph.ID: [Memory]] = [:]
  /// Whether the loss's gradient with respect to a node is of use to anyone.
  private var needsGradient: [Bool] = []
  /// What each node adds to the backward phase, to be called in reverse order.
  private var tape: [(id: Graph.ID, emit: () throws(EngineError) -> Void)] = []

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

  func emit(_ primitive: Primitive, _ arguments: [(Int32, Memory)]) throws(EngineError) {
    var arguments = arguments.map { (index: $0.0, memory: $0.1) }
    if let layout = try primitive.layout(of: DNNL_ARG_SCRATCHPAD) {
      arguments.append((DNNL_ARG_SCRATCHPAD, Memory(layout, isPersistent: phase == .preparation)))
    }
    steps[phase, default: []].append(Step(work: .primitive(primitive, arguments), node: node))
  }

  func emit(_ name: String, touching memory: [Memory], _ body: @escaping (RunState) -> Void) {
    steps[phase, default: []].append(Step(work: .custom(name: name, touches: memory, body: body), node: node))
  }

  func within<Result>(
    _ phase: Program.Phase, _ body: () throws(EngineError) -> Result
  ) throws(EngineError) -> Result {
    let outer = self.phase
    self.phase = phase
    defer { self.phase = outer }
    return try body()
  }

  /// Adds to the backward phase; `emit` runs after the emitters of all later nodes. In training only.
  func backward(of id: Graph.ID, _ emit: @escaping () throws(EngineError) -> Void) {
    if isTraining { tape.append((id, emit)) }
  }

  /// Emits the whole backward phase. The gradient with respect to the output must be set.
  func emitBackward() throws(EngineError) {
    for entry in tape.reversed() where needsGradient[entry.id] && gradients[entry.id] != nil {
      phase = entry.id == graph.output && graph.endsInActivation ? .head : .backward
      node = graph.nodes[entry.id].name
      try entry.emit()
    }
    phase = .backward
  }

  // MARK: Values

  func dimensions(of id: Graph.ID) -> [Int] {
    let size = shapes[id].size ?? .one
    return [batch, shapes[id].channels, size.x, size.y, size.z]
  }

  func value(of id: Graph.ID) -> Memory {
    guard let memory = values[id] else { preconditionFailure("nodes are compiled in topological order") }
    return memory
  }

  /// A node's value with activations' type: some operations compute in f32 whatever the precision.
  func activation(of id: Graph.ID) throws(EngineError) -> Memory { try value(of: id, as: type) }

  /// A node's value in f32.
  func floats(of id: Graph.ID) throws(EngineError) -> Memory { try value(of: id, as: dnnl_f32) }

  private func value(of id: Graph.ID, as type: dnnl_data_type_t) throws(EngineError) -> Memory {
    let memory = value(of: id)
    return memory.layout.type == type ? memory : try reordered(memory, to: .plain(dimensions(of: id), type))
  }

  /// f32 for what is the network's result or goes into its last activation, which loses no digits.
  func resultType(of id: Graph.ID) -> dnnl_data_type_t {
    isLast(id) ? dnnl_f32 : type
  }

  /// Whether a node is the output, or all that the last activation reads; moving its values about, and adding them up,
  /// counts for nothing.
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

  func reordered(_ memory: Memory, to layout: Layout) throws(EngineError) -> Memory {
    if memory.layout.equals(layout) { return memory }
    let result = Memory(layout)
    try reorder(memory, into: result)
    return result
  }

  func reorder(_ source: Memory, into destination: Memory) throws(EngineError) {
    let engine = engine.handle
    let primitive = try Primitive("reorder") {
      onednn_reorder($0, engine, source.layout.handle, destination.layout.handle)
    }
    try emit(primitive, [(DNNL_ARG_FROM, source), (DNNL_ARG_TO, destination)])
  }

  /// The sum of two tensors of one layout.
  func add(_ a: Memory, _ b: Memory, into sum: Memory, name: String) throws(EngineError) {
    let engine = engine.handle
    let primitive = try Primitive(name) { onednn_addition($0, engine, sum.layout.handle) }
    try emit(primitive, [(DNNL_ARG_SRC_0, a), (DNNL_ARG_SRC_1, b), (DNNL_ARG_DST, sum)])
  }

  func consumers(of id: Graph.ID) -> [Graph.ID] {
    graph.nodes.indices.filter { graph.nodes[$0].inputs.contains(id) }
  }

  /// A node's only reader, where it has exactly one.
  func onlyConsumer(of id: Graph.ID) -> Graph.ID? {
    let consumers = consumers(of: id)
    return consumers.count == 1 ? consumers[0] : nil
  }

  /// Whether the next node is a ReLU that reads this node alone, and so can be computed by it.
  func canFuseReLU(after id: Graph.ID) -> Bool {
    guard let next = onlyConsumer(of: id) else { return false }
    return graph.nodes[next].operation == .relu
  }

  // MARK: Gradients

  func isNeeded(_ id: Graph.ID) -> Bool { needsGradient[id] }

  /// The gradient with respect to a node, in the layout that is wanted.
  func gradient(of id: Graph.ID, as layout: Layout) throws(EngineError) -> Memory {
    guard let memory = gradients[id] else { preconditionFailure("gradients flow backwards") }
    for known in [memory] + reorderedGradients[id, default: []] where known.layout.equals(layout) {
      return known
    }
    let result = try reordered(memory, to: layout)
    reorderedGradients[id, default: []].append(result)
    return result
  }

  /// Adds a contribution to a node's gradient: one for each reader of the node.
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

  private func slot(_ id: Graph.ID, _ role: ParameterSlot.Role) -> ParameterSlot {
    guard let slot = slots["\(graph.nodes[id].name).\(role.rawValue)"] else {
      preconditionFailure("\(graph.nodes[id].name) has no \(role.rawValue)")
    }
    return slot
  }

  /// A parameter in the layout that a primitive wants, made anew whenever parameters are set.
  /// - Parameter own: the layout of the flat array's elements.
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

  /// Where a primitive writes a parameter's gradient, and the work that brings it to the flat array.
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
  /// Whether the output is a sigmoid or softmax, which losses differentiate together with themselves.
  var endsInActivation: Bool {
    switch nodes.last?.operation {
    case .sigmoid, .softmax: true
    default: false
    }
  }
}
