import Foundation
import Imaging
import Morphometry
import Numerics
import Statistics

/// 1,000 permutations of 72 maps of about 248,000 voxels (gray matter at 2 mm), with the maxima of t, clusters and TFCE,
/// beside nilearn's `permuted_ols` and PyPI's `tfce` on the same maps and design. CPU seconds count, with all threads.
enum VoxelwiseBenchmark {
  private static let (scans, permutations) = (72, 1000)
  /// Permutations of the others, whose time is scaled to as many as grisea has.
  private static let (few, several) = (2, 20)

  static func run() throws { try Benchmarks.inTemporaryFolder(run) }

  private static func run(in folder: String) throws {
    let (mask, maps) = try maps()
    let design = design()
    let model = try VoxelwiseModel(
      columns: design, contrast: Contrast(name: "age", weights: [[0, 1, 0, 0]]))
    var (seconds, bytes) = (0.0, 0.0)
    var fit = VoxelwiseFit(voxels: 0)
    bytes = try PeakMemory.during {
      let start = CPUTime.now
      let slabs = try VoxelSlabs(scans: scans, voxels: mask.count)
      for (scan, map) in maps.enumerated() { slabs.store(map, scan: scan) }
      fit = model.fit(replacingByResiduals: slabs)
      let plan = try PermutationPlan(columns: design, asked: permutations, seed: 1)
      let permuted = PermutedModel(
        model: model, plan: plan, mask: mask, tfce: TFCE(), side: .both,
        clusterThreshold: Float(model.threshold(probability: 0.0005)))
      _ = permuted.run(0..<permutations, residuals: slabs, observed: fit.statistic)
      seconds = CPUTime.now - start
    }
    print(
      "\(scans) maps of \(mask.count) voxels, \(permutations) permutations, t, clusters and TFCE (26 neighbors)"
    )
    print(String(format: "grisea   %7.1f CPU s, %.2f GB", seconds, bytes / 1e9))
    try write(mask, maps, design, to: folder)
    for (name, script, count) in [("tfce", tfce, several), ("nilearn", nilearn, few)] {
      guard let found = try Peer.numbers(script, [folder, "\(count)"], repetitions: 1), found.count == 2
      else {
        print("\(name): not to be had here: no ratio")
        continue
      }
      let scaled = found[0] * Double(permutations)
      print(
        name.padding(toLength: 9, withPad: " ", startingAt: 0)
          + String(format: "%7.1f CPU s (from %d permutations), ratio %.1f", scaled, count, scaled / seconds)
          + String(format: "; t differs by at most %.1e", try difference(fit.statistic, in: folder)))
    }
  }

  /// Smooth noise of which a corner goes with age.
  private static func maps() throws -> (VoxelMask, [[Float]]) {
    let gray = try StandardTemplate().maps.gray
    let grid = gray.grid.resampled(spacing: [2, 2, 2])
    let mean = gray.smoothed(for: grid).resampled(onto: grid).smoothed(width: 8)
    let mask = VoxelMask(shape: grid.shape, inside: mean.voxels.map { $0 > 0.1 })
    let maps = (0..<scans).map { scan in
      var generator = SeededGenerator(seed: 1, stream: UInt64(scan))
      let noise = Volume(
        grid: grid, voxels: (0..<grid.count).map { _ in Float.random(in: -1...1, using: &generator) }
      ).smoothed(width: 8)
      return mask.compacted(zip(mean.voxels, noise.voxels).map { $0 + $1 })
    }
    return (mask, maps)
  }

  /// Intercept, age, sex and head size.
  private static func design() -> [[Double]] {
    var generator = SeededGenerator(seed: 2)
    let numbers = (0..<2).map { _ in (0..<scans).map { _ in Double.random(in: -1...1, using: &generator) } }
    return [
      Array(repeating: 1, count: scans), numbers[0], (0..<scans).map { Double($0 % 2) }, numbers[1],
    ]
  }

  private static func write(
    _ mask: VoxelMask, _ maps: [[Float]], _ design: [[Double]], to folder: String
  ) throws {
    func write<Number>(_ values: [Number], _ name: String) throws {
      try values.withUnsafeBytes { try Data($0).write(to: URL(filePath: "\(folder)/\(name)")) }
    }
    try write([Int32(mask.shape.x), Int32(mask.shape.y), Int32(mask.shape.z)], "shape")
    try write(mask.offsets.map(Int32.init), "offsets")
    try write(maps.flatMap { $0 }, "maps")
    try write(design.flatMap { $0 }, "design")
  }

  private static func difference(_ own: [Float], in folder: String) throws -> Double {
    let data = try Data(contentsOf: URL(filePath: "\(folder)/t"))
    let other = data.withUnsafeBytes { Array($0.bindMemory(to: Double.self)) }
    return zip(own, other).map { abs(Double($0) - $1) }.max() ?? .nan
  }

  private static let load = """
    import warnings; warnings.simplefilter("ignore")
    folder, count = sys.argv[1], int(sys.argv[2])
    def read(name, kind): return numpy.fromfile(f"{folder}/{name}", kind)
    shape, offsets = read("shape", "i4")[::-1], read("offsets", "i4")
    design = read("design", "f8").reshape(4, -1).T
    maps = read("maps", "f4").reshape(len(design), -1)
    cpu = lambda: time.process_time()

    """

  /// CPU seconds of a permutation: fit and TFCE.
  private static let tfce =
    load + """
      import tfce
      from tfce.glm import PermutedGLM
      rng = numpy.random.default_rng(1)
      start = cpu()
      # Freedman-Lane: residuals of the null model are permuted.
      null = design[:, [0, 2, 3]]
      residuals = maps - null @ (numpy.linalg.pinv(null) @ maps)
      model = PermutedGLM(residuals.T, design, [0, 1, 0, 0])
      once = cpu() - start
      PermutedGLM(maps.T, design, [0, 1, 0, 0]).fit().astype("f8").tofile(f"{folder}/t")
      start = cpu()
      for _ in range(count):
          volume = numpy.zeros(shape, "f4")
          volume.ravel()[offsets] = model.fit(rng.permutation(len(design)))
          numpy.abs(tfce.tfce(volume, connectivity=26)).max()
      print((cpu() - start) / count + once / \(permutations))
      print(0)
      """

  /// CPU seconds of a map: the observed one and permutations, with TFCE.
  private static let nilearn =
    load + """
      import nibabel
      from nilearn.mass_univariate import permuted_ols
      from nilearn.maskers import NiftiMasker
      volume = numpy.zeros(shape, "i1")
      volume.ravel()[offsets] = 1
      image = nibabel.Nifti1Image(volume, numpy.diag([2, 2, 2, 1]))
      masker = NiftiMasker(image).fit()
      # nilearn's order of the voxels is that of the volume, as here.
      start = cpu()
      found = permuted_ols(design[:, 1:2], maps, confounding_vars=design[:, 2:], n_perm=count, tfce=True,
                           masker=masker, n_jobs=1, output_type="dict", random_state=1, verbose=0)
      print((cpu() - start) / (count + 1))
      found["t"][0].astype("f8").tofile(f"{folder}/t")
      print(0)
      """
}
