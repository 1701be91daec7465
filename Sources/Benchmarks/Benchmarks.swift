import Files
import Foundation
import Imaging

/// `swift run -c release Benchmarks [engine] [network] [profile] [nifti] [biasfield] [grid] [synthesis] [surface]
/// [quality] [normalization] [voxelwise] [calibration] [effects]`, or `Benchmarks network AVX2` (`AVX512_CORE`, `default`) for one instruction set: times of hot paths, each beside a reference in the same run. Machines are noisy and differ, so that only the ratios
/// mean anything.
@main
enum Benchmarks {
  static func main() throws {
    let known: [(name: String, run: () throws -> Void)] = [
      ("engine", EngineBenchmark.run), ("network", NetworkBenchmark.run), ("profile", ProfileBenchmark.run),
      ("nifti", NIfTIBenchmark.run),
      ("biasfield", BiasFieldBenchmark.run), ("grid", GridBenchmark.run),
      ("synthesis", SynthesisBenchmark.run), ("surface", SurfaceBenchmark.run),
      ("quality", QualityBenchmark.run), ("normalization", NormalizationBenchmark.run),
      ("voxelwise", VoxelwiseBenchmark.run), ("calibration", CalibrationBenchmark.run),
      ("effects", EffectBenchmark.run),
    ]
    let asked = CommandLine.arguments.dropFirst()
    if asked == ["peak-memory"] { return try NetworkBenchmark.printPeakMemory() }
    if asked == ["network-here"] { return try NetworkBenchmark.runHere() }
    if asked.first == "network", asked.count == 2, let set = asked.last,
      NetworkBenchmark.instructionSets.contains(set)
    {
      return try NetworkBenchmark.run([set])
    }
    for word in asked where !known.contains(where: { $0.name == word }) {
      print("no benchmark '\(word)'; there are: \(known.map(\.name).joined(separator: ", "))")
      exit(64)
    }
    for benchmark in known where asked.isEmpty || asked.contains(benchmark.name) {
      print("# \(benchmark.name)")
      try benchmark.run()
    }
  }

  /// The scan that GRISEA_SCAN names, else the one in `sample-data`.
  static func scan() throws -> Volume {
    try NIfTIImage(
      contentsOf: ProcessInfo.processInfo.environment["GRISEA_SCAN"]
        ?? "sample-data/sub-colin27/anat/sub-colin27_T1w.nii.gz"
    ).volume
  }

  /// Calls `body` with a new folder, which is gone afterwards.
  static func inTemporaryFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("grisea-\(UUID())").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  /// The least of several times, in seconds: what the machine can do when nothing disturbs it.
  static func least(of repetitions: Int, _ body: () throws -> Void) rethrows -> Double {
    var best = Double.infinity
    let clock = ContinuousClock()
    for _ in 0..<repetitions { best = min(best, try clock.measure(body) / .seconds(1)) }
    return best
  }
}
