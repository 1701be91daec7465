import COneDNN
import Foundation

/// A graph compiled for one batch size, one input size and one purpose: inference or training.
///
/// An executable must not be used by several threads at once. It uses `threads` threads itself.
public final class Executable {
  /// The purpose of an executable.
  public enum Purpose: Hashable, Sendable {
    /// Forward passes only.
    case inference
    /// Forward and backward passes. The gradients with respect to the inputs cost extra and are rarely needed.
    case training(inputGradients: Bool = false)
  }

  /// The graph that was compiled.
  public let graph: Graph
  /// The shape [N, C, D, H, W] of each input.
  public let inputShapes: [[Int]]
  /// The shape [N, C, D, H, W] of the output.
  public let outputShape: [Int]
  /// The precision of activations and convolutions.
  public let precision: Precision
  /// The number of threads of a run, for which the network is compiled.
  public let threads: Int
  /// The number of bytes of all tensors, weights and scratch memory, planned by lifetime. They are allocated when
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

  /// The memory of the backward pass.
  private struct TrainingMemory {
    /// The gradient with respect to the output.
    var cotangent: Memory
    /// The gradient that a loss writes: with respect to the input of a final sigmoid or softmax, else to the output.
    var lossGradient: Memory
    /// The gradients with respect to the inputs.
    var inputGradients: [Memory]
  }

  /// Compiles a graph.
  /// - Parameters:
  ///   - graph: The graph.
  ///   - batch: The batch size N.
  ///   - size: The size (D, H, W) of the inputs.
  ///   - purpose: Inference or training.
  ///   - precision: The precision of activations and convolutions. Parameters, gradients and results are always f32.
  ///   - threads: The number of threads, or `nil` for all cores.
  /// - Throws: `EngineError` if the graph cannot work on this size, or if oneDNN does not support an operation.
  public init(
    _ graph: Graph, batch: Int, size: SIMD3<Int>, purpose: Purpose = .inference,
    precision: Precision = .float32, threads: Int? = nil
  ) throws(EngineError) {
    // oneDNN divides the work of a primitive when it is created, by the setting of the current thread. Without this
    // call the results would depend on the networks that ran on this thread before.
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
    // Buffers that no step touches are planned too because of this last step.
    let kept = inputs + [output, parameterBuffer, gradientBuffer] + (training.map { [$0.cotangent] } ?? [])
    compiler.phase = .preparation
    compiler.emit("keep", touching: kept) { _ in }
    engine = compiler.engine
    steps = compiler.steps
    plan = Program.Plan(compiler.steps)
  }

  /// The program with its memory.
  private var program: Program {
    guard let loaded else { preconditionFailure("parameters must be set before a network runs") }
    return loaded
  }

  /// Compiles the backward pass.
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
      guard let gradient = compiler.gradients[id] else { continue }
      let memory = try compiler.reordered(gradient, to: .plain(compiler.dimensions(of: id)))
      memory.buffer.isPersistent = true
      inputGradients.append(memory)
    }
    return TrainingMemory(
      cotangent: cotangent, lossGradient: compiler.gradients[head] ?? cotangent,
      inputGradients: inputGradients)
  }

  /// Sets the weights. The first call allocates the memory of the network.
  /// - Throws: `EngineError.parameterCountDiffers` or `.outOfMemory`.
  public func setParameters(_ parameters: Parameters) throws(EngineError) {
    guard parameters.values.count == parameterCount else {
      throw .parameterCountDiffers(found: parameters.values.count, needed: parameterCount)
    }
    if loaded == nil { loaded = try Program(steps, plan, engine: engine) }
    if parameterCount > 0 { _ = parameterBuffer.floats.update(fromContentsOf: parameters.values) }
    try program.run(.preparation, RunState(threads: threads))
  }

  /// Returns the output [N, C, D, H, W] for some inputs.
  /// - Parameters:
  ///   - inputs: One tensor for each input of the graph.
  ///   - seed: The seed of the dropout masks, which has no effect at inference.
  /// - Throws: `EngineError` if the inputs do not fit, or if oneDNN fails.
  public func predict(_ inputs: [Tensor], seed: UInt64 = 0) throws(EngineError) -> Tensor {
    try forward(inputs, seed: seed)
    return Tensor(shape: outputShape, values: output.floats.copied(threads: threads))
  }

  /// Returns the gradients of Σ cotangent · output after the latest prediction of a network compiled for training.
  /// - Parameters:
  ///   - cotangent: A tensor with the shape of the output.
  ///   - seed: The seed of the dropout masks.
  /// - Returns: The gradients with respect to the parameters, flat in the order of their slots, and those with respect
  ///   to the inputs if the network was compiled for them.
  public func gradients(
    cotangent: Tensor, seed: UInt64 = 0
  ) throws(EngineError) -> (parameters: [Float], inputs: [Tensor]) {
    guard let training else { preconditionFailure("gradients need a network compiled for training") }
    precondition(cotangent.shape == outputShape, "a cotangent must have the shape of the output")
    _ = training.cotangent.floats.update(fromContentsOf: cotangent.values)
    let state = RunState(seed: seed, threads: threads)
    try program.run(.head, state)
    try program.run(.backward, state)
    return (Array(gradientBuffer.floats.prefix(parameterCount)), inputGradients)
  }

  /// The gradients of the latest backward pass with respect to the inputs. The array is empty if the network was not
  /// compiled for them.
  public var inputGradients: [Tensor] {
    training?.inputGradients.map { Tensor(shape: $0.layout.dimensions, values: Array($0.floats)) } ?? []
  }

  /// Runs one forward and one backward pass.
  /// - Parameters:
  ///   - inputs: One tensor for each input of the graph.
  ///   - target: The target of the output.
  ///   - loss: The loss.
  ///   - gradient: Receives the gradient of the loss with respect to the parameters, in the order of their slots.
  ///   - seed: The seed of the dropout masks.
  /// - Returns: The loss.
  public func trainingStep(
    from inputs: [Tensor], target: Target, loss: Loss, gradient: inout [Float], seed: UInt64 = 0
  ) throws(EngineError) -> Double {
    guard let training else { preconditionFailure("gradients need a network compiled for training") }
    try forward(inputs, seed: seed)
    let evaluation = LossEvaluation(loss, head: graph.head, shape: outputShape, threads: threads)
    let value = evaluation.run(
      output: UnsafeBufferPointer(output.floats), target: target, gradient: training.lossGradient.floats)
    try program.run(.backward, RunState(seed: seed, threads: threads))
    gradient.replaceSubrange(gradient.indices, with: gradientBuffer.floats.prefix(parameterCount))
    return value
  }

  /// The time of one step of a run.
  public struct StepTime: Hashable, Sendable {
    /// The name of the node to which the step belongs.
    public var node: String
    /// The work of the step, for example `convolution` or `reorder`.
    public var work: String
    /// The duration in seconds.
    public var seconds: Double
  }

  /// Returns the time of each step of one run, in order, for benchmarks. In training the run includes the backward pass
  /// with the gradient that is in memory.
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

  /// Copies the inputs to the memory of the network.
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
