import Foundation
import Imaging
import Segmentation

/// Time to synthesize a training patch on one core, beside a training step of the default network on all.
///
/// `GRISEA_LABELS` names a label map of FreeSurfer codes.
enum SynthesisBenchmark {
  static func run() throws {
    guard let path = ProcessInfo.processInfo.environment["GRISEA_LABELS"] else {
      print("synthesis: set GRISEA_LABELS to a label map of FreeSurfer codes")
      return
    }
    let map = try NIfTIImage(contentsOf: path).labelMap().reoriented(to: .ras)
    let head = try HeadLabels(map, table: .freesurfer, subject: "head", path: path)
    let source = PatchSource(
      images: [], heads: [head], synthesizer: HeadSynthesizer(), sampler: PatchSampler(size: [96, 96, 96]),
      augmentation: .none, batchSize: 1, seed: 1)
    let clock = ContinuousClock()
    let times = (0..<40).map { index in clock.measure { _ = source.patch(at: index) } / .seconds(1) }.sorted()
    print(
      String(
        format: "synthesis: a 96³ patch takes %.3f s (median of 40; slowest %.3f s)", times[times.count / 2],
        times[times.count - 1]))
  }
}
