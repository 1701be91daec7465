import NeuralNetwork

/// The least time of each step of a network over several runs on random numbers.
struct NetworkProfile {
  private(set) var steps: [Executable.StepTime]
  let plannedByteCount: Int

  init(
    _ graph: Graph, batch: Int = 1, size: SIMD3<Int>, purpose: Executable.Purpose = .inference,
    precision: Precision, repetitions: Int
  ) throws {
    let executable = try Executable(graph, batch: batch, size: size, purpose: purpose, precision: precision)
    var generator = SystemRandomNumberGenerator()
    try executable.setParameters(Parameters(for: graph, using: &generator))
    let inputs = executable.inputShapes.map { shape in
      Tensor(shape: shape, values: (0..<shape.reduce(1, *)).map { _ in Float.random(in: 0...1) })
    }
    steps = try executable.profile(inputs)
    for _ in 0..<repetitions {
      for (index, step) in try executable.profile(inputs).enumerated() {
        steps[index].seconds = min(steps[index].seconds, step.seconds)
      }
    }
    plannedByteCount = executable.plannedByteCount
  }

  var seconds: Double { steps.reduce(0) { $0 + $1.seconds } }

  func seconds(of node: String, _ work: String) -> Double {
    steps.filter { $0.node == node && $0.work == work }.reduce(0) { $0 + $1.seconds }
  }

  /// By kind of work, the longest first.
  var byWork: [(work: String, seconds: Double)] {
    Dictionary(grouping: steps, by: \.work).map { ($0.key, $0.value.reduce(0) { $0 + $1.seconds }) }
      .sorted { $0.1 > $1.1 }
  }
}
