import Foundation
import Imaging
import Numerics
import Segmentation
import Synthesis

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
    let head = try HeadLabelMap(map, table: .freesurfer, subject: "head", path: path)
    let source = PatchSource(
      images: [], heads: [head], synthesizer: HeadSynthesizer(), sampler: PatchSampler(size: [96, 96, 96]),
      augmentation: .none, batchSize: 1, seed: 1)
    let clock = ContinuousClock()
    let times = (0..<40).map { index in clock.measure { _ = source.patch(at: index) } / .seconds(1) }.sorted()
    print(
      String(
        format: "synthesis: a 96³ patch takes %.3f s (median of 40; slowest %.3f s)", times[times.count / 2],
        times[times.count - 1]))
    var errors: [Double] = []
    for seed in 0..<24 as Range<UInt64> { errors.append(try scaleError(of: head, map.grid, seed)) }
    errors.sort()
    print(
      String(
        format:
          "synthesis: scale estimated from a head's overview off by %.3f of the range (worst of 24: %.3f)",
        errors[errors.count / 2], errors[errors.count - 1]))
  }

  /// How far the estimated 0 and 1 lie from those of the whole image.
  private static func scaleError(of labels: HeadLabelMap, _ grid: Grid, _ seed: UInt64) throws -> Double {
    var synthesis = Synthesis()
    synthesis.acquisition.gammaProbability = 0
    var generator = SeededGenerator(seed: seed)
    var head = HeadSynthesizer(synthesis).head(from: labels, using: &generator)
    head.curve = nil
    let voxels = head.patch(Window(start: .zero, shape: grid.shape)).image
    let seen = head.view(Volume(grid: grid, voxels: voxels))
    let whole = try IntensityScaling.percentile.scale(of: seen.voxels)
    let estimate = try IntensityScaling.percentile.scale(
      of: head.overview(every: HeadSynthesizer.overviewStride))
    return [0.0, 1.0].map { end in
      abs(whole.slope * (end - estimate.offset) / estimate.slope + whole.offset - end)
    }.max() ?? 0
  }
}
