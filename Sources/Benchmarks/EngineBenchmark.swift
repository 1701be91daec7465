import Foundation
import NeuralNetwork

/// The default network at 96³: its convolutions inside the network beside the same primitives alone.
enum EngineBenchmark {
  private static let side = 96
  private static let repetitions = 5

  static func run() throws {
    let graph = Autoencoder(outputChannels: 4).graph
    let inside = try times(of: graph, size: SIMD3(repeating: side))
    let shapes = try graph.shapes(forSize: SIMD3(repeating: side))
    let convolutions = graph.nodes.indices.filter { kernel(of: graph.nodes[$0].operation) != nil }
    var (sumInside, sumAlone, operations) = (0.0, 0.0, 0.0)
    print("layer                                  inside ms  alone ms  inside/alone")
    for (id, insideTime) in zip(convolutions, inside.filter { $0.name == "convolution" }.map(\.seconds)) {
      let input = shapes[graph.nodes[id].inputs[0]]
      var single = Graph()
      let x = single.input(channels: input.channels)
      _ = try single.append(graph.nodes[id].operation, inputs: [x])
      let alone =
        try times(of: single, size: input.size ?? .one)
        .first { $0.name == "convolution" }?.seconds ?? .nan
      let name = graph.nodes[id].name.padding(toLength: 38, withPad: " ", startingAt: 0)
      print(name + String(format: "%9.2f %9.2f %9.2f", insideTime * 1e3, alone * 1e3, insideTime / alone))
      sumInside += insideTime
      sumAlone += alone
      operations += flops(graph.nodes[id].operation, from: input, to: shapes[id])
    }
    let whole = inside.reduce(0) { $0 + $1.seconds }
    print(String(format: "convolutions: inside %.2f of the time alone", sumInside / sumAlone))
    print(
      String(
        format:
          "whole network: convolutions alone are %.0f %% of its %.0f ms; %.0f GFLOP, %.0f GFLOP/s in all",
        100 * sumAlone / whole, whole * 1e3, operations / 1e9, operations / whole / 1e9))
  }

  /// The least time of each step over several runs.
  private static func times(of graph: Graph, size: SIMD3<Int>) throws -> [(name: String, seconds: Double)] {
    let executable = try Executable(graph, batch: 1, size: size)
    var generator = SystemRandomNumberGenerator()
    try executable.setParameters(Parameters(for: graph, using: &generator))
    let inputs = executable.inputShapes.map { shape in
      Tensor(shape: shape, values: (0..<shape.reduce(1, *)).map { _ in Float.random(in: 0...1) })
    }
    var best = try executable.profile(inputs)
    for _ in 0..<repetitions {
      for (index, step) in try executable.profile(inputs).enumerated() {
        best[index].seconds = min(best[index].seconds, step.seconds)
      }
    }
    return best
  }

  private static func kernel(of operation: NeuralNetwork.Operation) -> SIMD3<Int>? {
    if case .convolution(_, let kernel, _, _) = operation { kernel } else { nil }
  }

  /// Multiplications and additions.
  private static func flops(
    _ operation: NeuralNetwork.Operation, from input: TensorShape, to output: TensorShape
  ) -> Double {
    guard let kernel = kernel(of: operation), let count = output.elementCount else { return 0 }
    return 2 * Double(count) * Double(input.channels * kernel.x * kernel.y * kernel.z)
  }
}
