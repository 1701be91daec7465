import Foundation

/// `swift run -c release Benchmarks [engine] [network] [profile] [nifti] [biasfield] [grid] [synthesis]`: times of hot
/// paths, each beside a reference in the same run. Machines are noisy and differ, so that only the ratios mean
/// anything.
@main
enum Benchmarks {
  static func main() throws {
    let known: [(name: String, run: () throws -> Void)] = [
      ("engine", EngineBenchmark.run), ("network", NetworkBenchmark.run), ("profile", ProfileBenchmark.run),
      ("nifti", NIfTIBenchmark.run),
      ("biasfield", BiasFieldBenchmark.run), ("grid", GridBenchmark.run),
      ("synthesis", SynthesisBenchmark.run),
    ]
    let asked = CommandLine.arguments.dropFirst()
    if asked == ["peak-memory"] { return try NetworkBenchmark.printPeakMemory() }
    for word in asked where !known.contains(where: { $0.name == word }) {
      print("no benchmark '\(word)'; there are: \(known.map(\.name).joined(separator: ", "))")
      exit(64)
    }
    for benchmark in known where asked.isEmpty || asked.contains(benchmark.name) {
      print("# \(benchmark.name)")
      try benchmark.run()
    }
  }

  /// The least of several times, in seconds: what the machine can do when nothing disturbs it.
  static func least(of repetitions: Int, _ body: () throws -> Void) rethrows -> Double {
    var best = Double.infinity
    let clock = ContinuousClock()
    for _ in 0..<repetitions { best = min(best, try clock.measure(body) / .seconds(1)) }
    return best
  }
}
