import Evaluation
import Foundation
import Imaging

/// Distances between the surfaces of two gray matters of 256³ voxels, Colin27's and MNI152's, beside MONAI's, SciPy's and
/// `surface-distance`'s on the same masks in memory. The last one measures between surface elements of marching cubes. grisea's time is that of all measures, and of Dice's counts too.
enum SurfaceBenchmark {
  private static let repetitions = 3
  private static let spacing = 0.75

  static func run() throws { try Benchmarks.inTemporaryFolder(run) }

  private static func run(in folder: String) throws {
    let maps = try ["colin27", "mni152"].map { name in
      try NIfTIImage(contentsOf: "sample-data/sub-\(name)/anat/sub-\(name)_dseg.nii.gz").labelMap()
        .resampled(onto: grid)
    }
    var scores: SurfaceScores?
    let time = try Benchmarks.least(of: repetitions) { scores = try surfaceScores(maps[0], maps[1]) }
    for (index, map) in maps.enumerated() {
      try Data(map.labels.map { UInt8($0 == 1 ? 1 : 0) }).write(to: URL(filePath: folder + "/\(index).bin"))
    }
    print(
      "gray matter of two heads, \(grid.shape.x)³ voxels of \(spacing) mm     s    ratio   HD95 mm  ASSD mm  NSD"
    )
    line(
      "grisea, all measures", time, time,
      scores.map { [$0.hausdorff95, $0.averageDistance, $0.surfaceDice] } ?? [])
    for (names, script) in [
      (["MONAI, HD95 alone", "MONAI, HD95, ASSD, NSD"], monai), (["SciPy"], scipy),
      (["surface-distance"], surfaceDistance),
    ] {
      let arguments = [folder, "\(spacing)"]
      guard let found = try Peer.numbers(script, arguments, repetitions: repetitions),
        found.count == names.count + 3
      else {
        print("\(names[0]): not to be had here: no ratio")
        continue
      }
      for (name, seconds) in zip(names, found) { line(name, seconds, time, found.suffix(3).map { $0 }) }
    }
  }

  /// As large as 182 mm of brain and the air around it need.
  private static let grid = Grid(
    shape: [256, 256, 256], affine: Affine(spacing: .init(repeating: spacing), origin: [-96, -116, -84]))

  private static func surfaceScores(_ prediction: LabelMap, _ reference: LabelMap) throws -> SurfaceScores {
    _ = try ConfusionCounts.counts(of: [1], prediction: prediction, reference: reference)
    return SurfaceScores(
      try SurfaceDistances(of: 1, prediction: prediction, reference: reference), tolerance: 1, diagonal: 0)
  }

  private static func line(_ name: String, _ seconds: Double, _ own: Double, _ values: [Double?]) {
    let cells = values.map { $0.map { String(format: "%8.4f", $0) } ?? "     n/a" }.joined()
    print(
      name.padding(toLength: 44, withPad: " ", startingAt: 0)
        + String(format: "%8.3f  %6.1f", seconds, seconds / own) + cells)
  }

  private static let load = """
    masks = [numpy.fromfile(f"{sys.argv[1]}/{n}.bin", numpy.uint8).reshape(256, 256, 256) for n in (0, 1)]
    step = float(sys.argv[2])

    """

  private static let monai =
    load + """
      import torch
      from monai.metrics import compute_average_surface_distance, compute_hausdorff_distance, compute_surface_dice
      p, r = (torch.from_numpy(m)[None, None].float() for m in masks)
      choices = dict(include_background=True, spacing=step)
      hd = lambda: compute_hausdorff_distance(p, r, percentile=95, **choices)
      assd = lambda: compute_average_surface_distance(p, r, symmetric=True, **choices)
      nsd = lambda: compute_surface_dice(p, r, [1.0], **choices)
      print(least(hd))
      print(least(lambda: (hd(), assd(), nsd())))
      for value in (hd(), assd(), nsd()): print(float(value))
      """

  private static let surfaceDistance =
    load + """
      import surface_distance as sd
      p, r = (m.astype(bool) for m in masks)
      def scores():
          ways = sd.compute_surface_distances(r, p, (step,) * 3)
          areas = numpy.concatenate([ways["surfel_areas_gt"], ways["surfel_areas_pred"]])
          both = numpy.concatenate([ways["distances_gt_to_pred"], ways["distances_pred_to_gt"]])
          return (sd.compute_robust_hausdorff(ways, 95), (both * areas).sum() / areas.sum(),
                  sd.compute_surface_dice_at_tolerance(ways, 1.0))
      print(least(scores))
      for value in scores(): print(value)
      """

  private static let scipy =
    load + """
      import scipy.ndimage as nd
      def scores():
          edges = [m.astype(bool) ^ nd.binary_erosion(m) for m in masks]
          ways = [nd.distance_transform_edt(~edges[1 - n], sampling=step)[edges[n]] for n in (0, 1)]
          both = numpy.concatenate(ways)
          return max(numpy.percentile(w, 95) for w in ways), both.mean(), (both <= 1).mean()
      print(least(scores))
      for value in scores(): print(value)
      """
}
