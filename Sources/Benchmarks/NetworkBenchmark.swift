import Files
import Foundation
import NeuralNetwork

/// The default network beside PyTorch, where `python3` (or the one that GRISEA_PYTHON names) has it: whole-volume
/// and patch inference, a training step, and peak memory, on each instruction set.
enum NetworkBenchmark {
  private static let graph = Autoencoder(outputChannels: 4).graph
  private static let repetitions = 3

  /// As `DNNL_MAX_CPU_ISA` names them.
  static let instructionSets = ["AVX2", "AVX512_CORE", "default"]
  private static let variable = "DNNL_MAX_CPU_ISA"

  /// One process for each instruction set, since oneDNN asks for its restriction once.
  static func run() throws { try run(instructionSets) }

  static func run(_ sets: [String]) throws {
    for set in sets {
      let process = Process()
      process.executableURL = Bundle.main.executableURL
      process.arguments = ["network-here"]
      var environment = ProcessInfo.processInfo.environment
      if set != "default" {
        environment[variable] = set
        // PyTorch brings a newer oneDNN, which has another name for it.
        environment["ONEDNN_MAX_CPU_ISA"] = set
      }
      process.environment = environment
      try process.run()
      process.waitUntilExit()
    }
  }

  /// On the instruction set of this process.
  static func runHere() throws {
    print("\(InstructionSet.effective.name), \(Precision.fastest.rawValue)")
    let whole = try Benchmarks.least(of: repetitions, inference([192, 224, 192]))
    try report("inference, 192×224×192", whole, "inference", "1x1x192x224x192")
    let patch = try Benchmarks.least(of: repetitions, inference([96, 96, 96]))
    try report("inference, 96³", patch, "inference", "1x1x96x96x96")
    let step = try Benchmarks.least(of: repetitions, trainingStep(batch: 2, side: 96))
    try report("training step, 2×96³", step, "training", "2x1x96x96x96")
    try reportShares()
    try reportCompilation()
    try reportMemory()
  }

  /// How much of an inference is spent in convolutions.
  private static func reportShares() throws {
    let profile = try NetworkProfile(
      graph, size: [192, 224, 192], precision: .fastest, repetitions: repetitions)
    for (work, seconds) in profile.byWork where seconds > 0.01 * profile.seconds {
      print(String(format: "  %5.1f %%  %@", 100 * seconds / profile.seconds, work))
    }
  }

  private static func report(_ name: String, _ seconds: Double, _ purpose: String, _ shape: String) throws {
    print(String(format: "%@: grisea %.0f ms", name, seconds * 1e3))
    // Without bf16 instructions PyTorch falls back to loops that take minutes.
    let variants = Precision.bfloat16.isFast ? "all" : "f32"
    guard let peer = try TorchPeer.run(graph, purpose, shape, repetitions: repetitions, variants: variants)
    else {
      return print("  PyTorch is not to be had here: no ratio")
    }
    for (variant, time) in peer.times {
      print(String(format: "  PyTorch %6.0f ms  %5.2f times  %@", time * 1e3, time / seconds, variant))
    }
    guard let best = peer.times.map(\.seconds).min() else { return }
    print(String(format: "  ratio %.2f (PyTorch at its best / grisea)", best / seconds))
  }

  /// A run over random numbers, after one that touches all memory.
  private static func inference(_ size: SIMD3<Int>) throws -> () throws -> Void {
    let executable = try Executable(graph, batch: 1, size: size, precision: .fastest)
    try executable.setParameters(parameters)
    let input = random([1, 1, size.x, size.y, size.z])
    _ = try executable.predict([input])
    return { _ = try executable.predict([input]) }
  }

  /// Forward, loss, backward, AdamW.
  private static func trainingStep(batch: Int, side: Int) throws -> () throws -> Void {
    let executable = try Executable(
      graph, batch: batch, size: SIMD3(repeating: side), purpose: .training(), precision: .fastest)
    var parameters = parameters
    var gradient = parameters.values
    var optimizer = Optimizer(.adamW())
    let input = random([batch, 1, side, side, side])
    let classes = input.values.map { UInt8($0 * 3.99) }
    func step() throws {
      try executable.setParameters(parameters)
      _ = try executable.trainingStep(
        from: [input], target: .classes(classes),
        loss: Loss(.crossEntropy) + Loss(.softDice(includingBackground: false)), gradient: &gradient)
      optimizer.update(&parameters.values, gradient: gradient, learningRate: 1e-4)
    }
    try step()
    return step
  }

  private static var parameters: Parameters {
    var generator = SystemRandomNumberGenerator()
    return Parameters(for: graph, using: &generator)
  }

  private static func random(_ shape: [Int]) -> Tensor {
    Tensor(shape: shape, values: (0..<shape.reduce(1, *)).map { _ in Float.random(in: 0...1) })
  }

  /// What a scan of a size not met before costs.
  private static func reportCompilation() throws {
    let parameters = parameters
    let times = try ([[176, 208, 168], [104, 120, 88]] as [SIMD3<Int>]).map { size in
      try Benchmarks.least(of: 1) {
        try Executable(graph, batch: 1, size: size, precision: .fastest).setParameters(parameters)
      }
    }
    print("a new shape: " + times.map { String(format: "%.0f ms", $0 * 1e3) }.joined(separator: ", "))
  }

  // MARK: Memory

  private static let memorySide = 256

  /// Both in a process of their own, whose peak the system counts.
  private static func reportMemory() throws {
    let process = Process()
    process.executableURL = Bundle.main.executableURL
    process.arguments = ["peak-memory"]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    print("inference, \(memorySide)³: \(text.trimmingCharacters(in: .newlines))")
    let shape = "1x1x\(memorySide)x\(memorySide)x\(memorySide)"
    guard let peer = try TorchPeer.run(graph, "inference", shape, repetitions: 1, variants: "bf16") else {
      return
    }
    print(String(format: "  PyTorch, bf16 and channels last: peak %.0f MB", peer.peakMegabytes))
  }

  /// What `peak-memory` prints.
  static func printPeakMemory() throws {
    let size = SIMD3(repeating: memorySide)
    let executable = try Executable(graph, batch: 1, size: size, precision: .fastest)
    try executable.setParameters(parameters)
    _ = try executable.predict([random([1, 1, memorySide, memorySide, memorySide])])
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let peak = status.split(separator: "\n").first { $0.hasPrefix("VmHWM") }
      .flatMap { $0.split(separator: " ").dropFirst().first.flatMap { Double($0) } }
    print(
      String(
        format: "grisea's tensors are planned at %.0f MB, the process's peak is %.0f MB",
        Double(executable.plannedByteCount) / 1e6, (peak ?? .nan) * 1024 / 1e6))
  }
}
