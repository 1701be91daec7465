import Foundation
import NeuralNetwork

/// Where the time of one run goes: `profile [inference|training] [SIDE] [BATCH] [float32|bfloat16] [each]`.
enum ProfileBenchmark {
  static func run(_ arguments: [String]) throws {
    func argument(_ index: Int, _ fallback: String) -> String {
      index < arguments.count ? arguments[index] : fallback
    }
    let training = argument(0, "inference") == "training"
    let side = Int(argument(1, "96")) ?? 96
    let batch = Int(argument(2, "1")) ?? 1
    let precision = Precision(rawValue: argument(3, "bfloat16")) ?? .bfloat16
    let executable = try Executable(
      Autoencoder(outputChannels: 4).graph, batch: batch, size: SIMD3(repeating: side),
      purpose: training ? .training() : .inference, precision: precision)
    var generator = SystemRandomNumberGenerator()
    try executable.setParameters(Parameters(for: executable.graph, using: &generator))
    let inputs = executable.inputShapes.map { shape in
      Tensor(shape: shape, values: (0..<shape.reduce(1, *)).map { _ in Float.random(in: 0...1) })
    }
    var best = try executable.profile(inputs)
    for _ in 0..<5 {
      for (index, step) in try executable.profile(inputs).enumerated() {
        best[index].seconds = min(best[index].seconds, step.seconds)
      }
    }
    if arguments.contains("each") {
      for step in best { print(String(format: "%8.2f ms  ", step.seconds * 1e3) + step.name) }
    }
    let groups = Dictionary(grouping: best, by: \.name).mapValues { $0.reduce(0) { $0 + $1.seconds } }
    let whole = best.reduce(0) { $0 + $1.seconds }
    for (name, seconds) in groups.sorted(by: { $0.value > $1.value }) {
      print(String(format: "%8.2f ms %5.1f %%  ", seconds * 1e3, 100 * seconds / whole) + name)
    }
    print(
      String(
        format: "%8.2f ms in all; planned memory %.0f MB", whole * 1e3,
        Double(executable.plannedByteCount) / 1e6))
  }
}
