import COneDNN

/// The steps of a compiled network with their memory: a plan of the buffers, one allocation, and the argument lists for
/// oneDNN.
final class Program {
  /// The sequences of steps, in the order in which the lifetimes of buffers are counted.
  enum Phase: Int, CaseIterable { case preparation, forward, head, backward }

  private let engine: Engine
  private let arena: Arena
  private var executions: [[Execution]] = []

  /// The offset of each buffer, which is known before memory is allocated.
  struct Plan {
    /// The size of the memory in bytes.
    let byteCount: Int
    fileprivate let places: [(buffer: Buffer, offset: Int)]

    /// Plans the buffers of all steps.
    init(_ steps: [Phase: [Step]]) {
      let buffers = Program.lifetimes(of: steps)
      let plan = BufferPlan(
        buffers.map { BufferPlan.Use(lifetime: $0.lifetime, byteCount: $0.buffer.byteCount) })
      byteCount = plan.byteCount
      places = zip(buffers, plan.offsets).map { ($0.buffer, $1) }
    }
  }

  /// Allocates the memory and binds the steps to it.
  init(_ steps: [Phase: [Step]], _ plan: Plan, engine: Engine) throws(EngineError) {
    self.engine = engine
    arena = try Arena(byteCount: plan.byteCount)
    for place in plan.places { place.buffer.address = arena.address + place.offset }
    for phase in Phase.allCases {
      var list: [Execution] = []
      for step in steps[phase, default: []] { list.append(try Execution(step, engine: engine)) }
      executions.append(list)
    }
  }

  /// Runs the steps of a phase.
  func run(_ phase: Phase, _ state: RunState) throws(EngineError) {
    onednn_set_threads(Int32(state.threads))
    for execution in executions[phase.rawValue] { try execution.run(on: engine, state) }
    try engine.wait()
  }

  /// Runs the steps of a phase, and returns the seconds of each step, for benchmarks.
  func profile(
    _ phase: Phase, _ state: RunState
  ) throws(EngineError) -> [Executable.StepTime] {
    onednn_set_threads(Int32(state.threads))
    var times: [Executable.StepTime] = []
    let clock = ContinuousClock()
    for execution in executions[phase.rawValue] {
      let start = clock.now
      try execution.run(on: engine, state)
      try engine.wait()
      times.append(
        Executable.StepTime(
          node: execution.step.node, work: execution.step.name, seconds: (clock.now - start) / .seconds(1)))
    }
    return times
  }

  /// Returns the buffers with their lifetimes, in the order of their first use.
  private static func lifetimes(of steps: [Phase: [Step]]) -> [(buffer: Buffer, lifetime: ClosedRange<Int>)] {
    var order: [ObjectIdentifier] = []
    var found: [ObjectIdentifier: (buffer: Buffer, lifetime: ClosedRange<Int>)] = [:]
    let all = Phase.allCases.flatMap { steps[$0, default: []] }
    for (index, step) in all.enumerated() {
      for memory in step.touched {
        let id = ObjectIdentifier(memory.buffer)
        if found[id] == nil { order.append(id) }
        let first = found[id]?.lifetime.lowerBound ?? index
        found[id] = (memory.buffer, first...index)
      }
    }
    let always = 0...max(all.count - 1, 0)
    return order.compactMap { found[$0] }.map { ($0.buffer, $0.buffer.isPersistent ? always : $0.lifetime) }
  }
}

extension Program {
  /// A step that is bound to its memory.
  private final class Execution {
    let step: Step
    private var arguments: [dnnl_exec_arg_t] = []

    init(_ step: Step, engine: Engine) throws(EngineError) {
      self.step = step
      guard case .primitive(_, let list) = step.work else { return }
      for (index, memory) in list {
        var handle: dnnl_memory_t?
        let bytes = memory.buffer.address.map { $0 + memory.offset }
        let status = onednn_memory_create(&handle, memory.layout.handle, engine.handle, bytes)
        arguments.append(dnnl_exec_arg_t(arg: index, memory: try owned(handle, status, "memory")))
      }
    }

    deinit { for argument in arguments { dnnl_memory_destroy(argument.memory) } }

    func run(on engine: Engine, _ state: RunState) throws(EngineError) {
      switch step.work {
      case .custom(_, _, let body):
        try engine.wait()
        body(state)
      case .primitive(let primitive, _):
        let status = dnnl_primitive_execute(
          primitive.handle, engine.stream, Int32(arguments.count), arguments)
        guard status == dnnl_success else {
          throw .primitive(name: primitive.name, status: Int(status.rawValue))
        }
      }
    }
  }
}

/// A step of a compiled network, with the memory that it reads and writes.
struct Step {
  /// The work of a step.
  enum Work {
    /// A primitive of oneDNN, with its arguments by index.
    case primitive(Primitive, [(index: Int32, memory: Memory)])
    /// A computation of our own on the given memory, which receives the state of the run.
    case custom(name: String, touches: [Memory], body: (RunState) -> Void)
  }

  /// The work.
  var work: Work
  /// The name of the node to which the step belongs.
  var node: String

  /// The memory that the step reads or writes.
  var touched: [Memory] {
    switch work {
    case .primitive(_, let arguments): arguments.map(\.memory)
    case .custom(_, let touches, _): touches
    }
  }

  /// The name of the work for messages and profiles.
  var name: String {
    switch work {
    case .primitive(let primitive, _): primitive.name
    case .custom(let name, _, _): name
    }
  }
}

/// The state that differs from run to run.
struct RunState {
  /// The seed of this run's dropout masks.
  var seed: UInt64 = 0
  /// The number of threads.
  var threads: Int
}
