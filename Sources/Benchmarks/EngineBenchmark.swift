import Foundation
import NeuralNetwork

/// The default network at 96³ in each precision: its convolutions inside the network beside the same primitives
/// alone.
enum EngineBenchmark {
  private static let side = 96
  private static let repetitions = 5

  static func run() throws {
    for precision in Precision.allCases where precision.isFast { try run(precision) }
  }

  private static func run(_ precision: Precision) throws {
    let graph = Autoencoder(outputChannels: 4).graph
    let size = SIMD3(repeating: side)
    let inside = try NetworkProfile(
      graph, size: size, precision: precision, repetitions: repetitions)
    let shapes = try graph.shapes(forSize: size)
    var (sumInside, sumAlone, operations) = (0.0, 0.0, 0.0)
    print(
      "\(precision.rawValue), \(side)³\nlayer                                  inside ms  alone ms  inside/alone"
    )
    for (id, node) in graph.nodes.enumerated() {
      guard case .convolution(_, let kernel, _, _) = node.operation else { continue }
      let own = inside.seconds(of: node.name, "convolution")
      let alone = try seconds(alone: node.operation, shapes[node.inputs[0]], precision)
      let name = node.name.padding(toLength: 38, withPad: " ", startingAt: 0)
      print(name + String(format: "%9.2f %9.2f %9.2f", own * 1e3, alone * 1e3, own / alone))
      sumInside += own
      sumAlone += alone
      let products = shapes[node.inputs[0]].channels * kernel.x * kernel.y * kernel.z
      operations += 2 * Double(shapes[id].elementCount ?? 0) * Double(products)
    }
    let format = """
      convolutions: inside %.2f of the time alone
      whole network: convolutions alone are %.0f %% of its %.0f ms; %.0f GFLOP, %.0f GFLOP/s in all
      """
    print(
      String(
        format: format, sumInside / sumAlone, 100 * sumAlone / inside.seconds, inside.seconds * 1e3,
        operations / 1e9, operations / inside.seconds / 1e9))
  }

  /// The time of the primitive in a network of its own.
  private static func seconds(
    alone operation: NeuralNetwork.Operation, _ input: TensorShape, _ precision: Precision
  ) throws -> Double {
    var graph = Graph()
    let x = graph.input(channels: input.channels)
    // Not the last: what leaves a network leaves it in f32.
    _ = graph.relu(try graph.append(operation, inputs: [x], name: "alone"))
    let profile = try NetworkProfile(
      graph, size: input.size ?? .one, precision: precision, repetitions: repetitions)
    return profile.seconds(of: "alone", "convolution")
  }
}
