import COneDNN
import Foundation

/// A graph compiled for one batch and size and for one purpose: it predicts, or it learns.
///
/// Not to be shared between threads; it uses `threads` of them itself.
public final class Executable {
  public enum Purpose: Hashable, Sendable {
    case inference
    /// With everything that gradients need. The inputs' own gradients cost extra and are seldom wanted.
    case training(inputGradients: Bool = false)
  }

  public let graph: Graph
  /// [N, C, D, H, W] of each input.
  public let inputShapes: [[Int]]
  /// [N, C, D, H, W].
  public let outputShape: [Int]
  public let precision: Precision
  /// How many threads a run uses; the network is compiled for that number.
  public let threads: Int
  /// Bytes of all tensors, weights and scratch memory, planned by lifetime. They are taken from the system when
  /// parameters are set.
  public var plannedByteCount: Int { plan.byteCount }

  private let engine: Engine
  private let steps: [Program.Phase: [Step]]
  private let plan: Program.Plan
  private var loaded: Program?
  private let parameterBuffer: Memory
  private let gradientBuffer: Memory
  private let parameterCount: Int
  private let inputs: [Memory]
  private let output: Memory
  private let training: TrainingMemory?

  private struct TrainingMemory {
    /// With respect to the output.
    var cotangent: Memory
    /// Where a loss puts its gradient: at the input of a final sigmoid or softmax, else at the output.
    var lossGradient: Memory
    var inputGradients: [Memory]
  }

  /// - Parameters:
  ///   - batch: N.
  ///   - size: (D, H, W) of the inputs.
  ///   - precision: of activations and convolutions; parameters, gradients and results are f32 always.
  ///   - threads: by default all cores.
  /// - Throws: `EngineError` where the graph cannot work on this size, or oneDNN cannot do an operation.
  public init(
    _ graph: Graph, batch: Int, size: SIMD3<Int>, purpose: Purpose = .inference,
    precision: Precision = .float32, threads: Int? = nil
  ) throws(EngineError) {
    // oneDNN divides a primitive's work when it makes it, by the setting of the thread that asks. Left as another
    // network set it, results would depend on what ran on this thread before.
    let threads = threads ?? ProcessInfo.processInfo.activeProcessorCount
    onednn_set_threads(Int32(threads))
    let compiler = try Compiler(
      graph, batch: batch, size: size, purpose: purpose, precision: precision)
    for id in graph.nodes.indices { try compiler.compile(id) }
    let plainOutput = try compiler.reordered(
      compiler.value(of: graph.output), to: .plain(compiler.dimensions(of: graph.output)))
    plainOutput.buffer.isPersistent = true
    training = try purpose == .inference ? nil : Self.compileBackward(compiler, inputs: graph.inputs)
    self.graph = graph
    self.threads = threads
    self.precision = precision
    inputs = graph.inputs.map { compiler.value(of: $0) }
    inputShapes = inputs.map(\.layout.dimensions)
    output = plainOutput
    outputShape = plainOutput.layout.dimensions
    parameterCount = graph.parameterSlots.reduce(0) { $0 + $1.count }
    let flat = try Layout.plain([max(1, parameterCount)])
    parameterBuffer = Memory(layout: flat, buffer: compiler.parameterBuffer)
    gradientBuffer = Memory(layout: flat, buffer: compiler.gradientBuffer)
    // Named once more, so that buffers that no step touches are planned too.
    let kept = inputs + [output, parameterBuffer, gradientBuffer] + (training.map { [$0.cotangent] } ?? [])
    compiler.phase = .preparation
    compiler.emit("keep", touching: kept) { _ in }
    engine = compiler.engine
    steps = compiler.steps
    plan = Program.Plan(compiler.steps)
  }

  private var program: Program {
    guard let loaded else { preconditionFailure("parameters are set before a network runs") }
    return loaded
  }

  private static func compileBackward(
    _ compiler: Compiler, inputs: [Graph.ID]
  ) throws(EngineError) -> TrainingMemory {
    let graph = compiler.graph
    let cotangent = Memory(try .plain(compiler.dimensions(of: graph.output)), isPersistent: true)
    try compiler.contribute(cotangent, to: graph.output)
    try compiler.emitBackward()
    let head = graph.endsInActivation ? graph.nodes[graph.output].inputs[0] : graph.output
    var inputGradients: [Memory] = []
    for id in inputs where compiler.isNeeded(id) {
      let memory = Memory(try .plain(compiler.dimensions(of: id)), isPersistent: true)
      guard let gradient = compiler.gradients[id] else { continue }
      try compiler.reorder(gradient, into: memory)
      inputGradients.append(memory)
    }
    return TrainingMemory(
      cotangent: cotangent, lossGradient: compiler.gradients[head] ?? cotangent,
      inputGradients: inputGradients)
  }

  /// Gives the network its weights, and at the first time its memory.
  /// - Throws: `EngineError.parameterCountDiffers`, `.outOfMemory`.
  public func setParameters(_ parameters: Parameters) throws(EngineError) {
    guard parameters.values.count == parameterCount else {
      throw .parameterCountDiffers(found: parameters.values.count, needed: parameterCount)
    }
    if loaded == nil { loaded = try Program(steps, plan, engine: engine) }
    if parameterCount > 0 { _ = parameterBuffer.floats.update(fromContentsOf: parameters.values) }
    try program.run(.preparation, RunState(threads: threads))
  }

  /// The network's result for these inputs.
  /// - Parameter seed: of the dropout masks; without effect at inference.
  public func predict(_ inputs: [Tensor], seed: UInt64 = 0) throws(EngineError) -> Tensor {
    try forward(inputs, seed: seed)
    return Tensor(shape: outputShape, values: output.floats.copied(threads: threads))
  }

  /// The gradients of Σ cotangent · output after the latest prediction of a network compiled for training.
  /// - Returns: of the parameters, flat in their slots' order, and of the inputs where they were asked for.
  public func gradients(
    cotangent: Tensor, seed: UInt64 = 0
  ) throws(EngineError) -> (parameters: [Float], inputs: [Tensor]) {
    guard let training else { preconditionFailure("compile for training to have gradients") }
    precondition(cotangent.shape == outputShape, "a cotangent has the output's shape")
    _ = training.cotangent.floats.update(fromContentsOf: cotangent.values)
    let state = RunState(seed: seed, threads: threads)
    try program.run(.head, state)
    try program.run(.backward, state)
    return (Array(gradientBuffer.floats.prefix(parameterCount)), inputGradients)
  }

  /// The inputs' gradients of the latest backward pass; empty where they were not asked for.
  public var inputGradients: [Tensor] {
    training?.inputGradients.map { Tensor(shape: $0.layout.dimensions, values: Array($0.floats)) } ?? []
  }

  /// One forward and one backward pass.
  /// - Parameters:
  ///   - gradient: receives the loss's gradient with respect to the parameters, in their slots' order.
  ///   - seed: of the dropout masks.
  /// - Returns: the loss.
  public func learn(
    from inputs: [Tensor], target: Target, loss: Loss, gradient: inout [Float], seed: UInt64 = 0
  ) throws(EngineError) -> Double {
    guard let training else { preconditionFailure("compile for training to have gradients") }
    try forward(inputs, seed: seed)
    let evaluation = LossEvaluation(loss, head: graph.head, shape: outputShape, threads: threads)
    let value = evaluation.run(
      output: UnsafeBufferPointer(output.floats), target: target, gradient: training.lossGradient.floats)
    try program.run(.backward, RunState(seed: seed, threads: threads))
    gradient.replaceSubrange(gradient.indices, with: gradientBuffer.floats.prefix(parameterCount))
    return value
  }

  /// How long one piece of a run took.
  public struct StepTime: Hashable, Sendable {
    /// The graph's node that it belongs to, by name.
    public var node: String
    /// What was done, for instance `convolution` or `reorder`.
    public var work: String
    public var seconds: Double
  }

  /// Seconds of each step of one run, in order, for benchmarks. In training the backward pass follows on the
  /// gradient that lies in memory.
  public func profile(_ inputs: [Tensor]) throws(EngineError) -> [StepTime] {
    try give(inputs)
    let state = RunState(threads: threads)
    let forward = try program.profile(.forward, state)
    return try training == nil ? forward : forward + program.profile(.backward, state)
  }

  private func forward(_ inputs: [Tensor], seed: UInt64) throws(EngineError) {
    try give(inputs)
    try program.run(.forward, RunState(seed: seed, threads: threads))
  }

  private func give(_ tensors: [Tensor]) throws(EngineError) {
    guard tensors.count == inputs.count else {
      throw .inputCountDiffers(found: tensors.count, needed: inputs.count)
    }
    for (tensor, memory) in zip(tensors, inputs) {
      guard tensor.shape == memory.layout.dimensions else {
        throw .inputShapeDiffers(found: tensor.shape, needed: memory.layout.dimensions)
      }
      tensor.values.withUnsafeBufferPointer { $0.copy(to: memory.floats, threads: threads) }
    }
  }
}
