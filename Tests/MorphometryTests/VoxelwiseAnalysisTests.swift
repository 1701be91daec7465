import Foundation
import Imaging
import Morphometry
import Statistics
import TestSupport
import Testing

/// A small dataset in a folder of its own: 24 maps of 3 × 3 × 4 mm voxels with an effect of age in one corner.
struct SmallDataset {
  let folder: String
  let maps: [String]

  var table: String { "\(folder)/participants.tsv" }
  var atlas: AtlasFiles { AtlasFiles(image: "\(folder)/atlas.nii.gz", labels: "\(folder)/atlas.tsv") }

  /// - Parameter effect: per year, in the corner.
  init(effect: Float) throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "vbm-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let grid = Grid(
      shape: [14, 12, 10], affine: Affine(spacing: [3, 3, 4], origin: [-20, -18.5, -16]))
    var rows = ["participant_id\tage\tsex\tfamily"]
    var paths: [String] = []
    for scan in 0..<24 {
      let name = scan < 9 ? "sub-0\(scan + 1)" : "sub-\(scan + 1)"
      let age = 20 + scan * 17 % 50
      rows.append("\(name)\t\(age)\t\(scan % 3 == 0 ? "f" : "m")\tf\(scan / 2)")
      var volume = Volume(
        grid: grid, voxels: Samples.noise(grid.count, seed: UInt64(scan)).map { 0.5 + $0 / 20 })
      for k in 0..<10 {
        for j in 0..<12 {
          for i in 0..<14 {
            if i < 6 && j < 5 && k < 5 { volume[i, j, k] -= effect * Float(age - 45) }
            // A corner is outside the mask.
            if i > 11 && k > 7 { volume[i, j, k] = 0 }
          }
        }
      }
      paths.append("\(folder)/\(name)_desc-modulated_probseg.nii.gz")
      try volume.write(to: paths[scan])
    }
    maps = paths
    try (rows.joined(separator: "\n") + "\n").write(toFile: table, atomically: true, encoding: .utf8)
    let labels = (0..<grid.count).map { UInt16($0 % 14 < 3 ? 1 : $0 % 14 < 8 ? 7 : 0) }
    try LabelMap(grid: grid, labels: labels).write(to: atlas.image)
    try "index\tname\n1\tLeft\n7\tMiddle\n".write(toFile: atlas.labels, atomically: true, encoding: .utf8)
  }

  func remove() { try? FileManager.default.removeItem(atPath: folder) }

  func configuration(_ output: String) -> VoxelwiseConfiguration {
    var configuration = VoxelwiseConfiguration(
      maps: maps, tables: [table], tested: "age", output: "\(folder)/\(output)")
    configuration.covariates = ["sex"]
    configuration.permutations = 200
    configuration.atlas = atlas
    return configuration
  }
}

@Suite("VoxelwiseAnalysis")
struct VoxelwiseAnalysisTests {
  private func result(_ configuration: VoxelwiseConfiguration) throws -> VoxelwiseResult {
    guard case .result(let result) = try VoxelwiseAnalysis(configuration).run() else {
      throw StatisticsError.noMaps
    }
    return result
  }

  private func files(_ folder: String) throws -> [String: Data] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter {
      !$0.hasPrefix("permutations_") && $0 != "vbm.json"
    }
    return try Dictionary(
      uniqueKeysWithValues: names.map { ($0, try Data(contentsOf: URL(filePath: "\(folder)/\($0)"))) })
  }

  @Test("an effect that was put into a corner is found there, with its sign, and hardly elsewhere")
  func planted() throws {
    // About six standard errors of a voxel's slope.
    let data = try SmallDataset(effect: 0.008)
    defer { data.remove() }
    let result = try result(data.configuration("out"))
    let first = try #require(result.rows.first)
    #expect(first.sign == -1)
    let inside = result.clusters[0].voxels.count { number in
      let voxel = result.mask.voxel(number)
      return voxel.x < 6 && voxel.y < 5 && voxel.z < 5
    }
    #expect(inside > 120 && Double(inside) > 0.8 * Double(first.voxels))
    // The slope of one voxel has a standard error of about 0.0014.
    #expect(abs(first.effect + 0.008) < 4 * 0.0014)
    #expect(result.mask.count == 14 * 12 * 10 - 2 * 12 * 2)
    #expect(result.summary.contains("p_FWE ≤ 0.05"))
    // The slope of a cluster's adjusted means on the adjusted regressor is its mean effect.
    let (x, y) = (try #require(result.adjustedMeans.regressor), result.adjustedMeans.clusters[0])
    let mean = y.reduce(0, +) / Double(y.count)
    let slope = dot(x, y.map { $0 - mean }) / dot(x, x)
    let effects = result.clusters[0].voxels.map { Double(result.fit.effect[$0]) }
    #expect(abs(slope - effects.reduce(0, +) / Double(effects.count)) < 1e-6)
    let projection = MaximumProjection(result.fit.statistic, in: result.mask, axis: 1)
    #expect(projection.width == 14 && projection.height == 10)
    #expect(projection.values.map(abs).max() == result.fit.statistic.map(abs).max())
  }

  @Test("nothing survives: the table has no rows, and the text says what was smallest")
  func nothing() throws {
    let data = try SmallDataset(effect: 0)
    defer { data.remove() }
    let result = try result(data.configuration("out"))
    #expect(result.rows.isEmpty && result.summary.hasPrefix("no voxel has p_FWE ≤ 0.05; the smallest is 0."))
    let table = try String(contentsOfFile: "\(data.folder)/out/clusters.tsv", encoding: .utf8)
    #expect(table.split(separator: "\n").count == 1)
    let methods = try String(contentsOfFile: "\(data.folder)/out/methods.md", encoding: .utf8)
    #expect(methods.contains("No voxel has p_FWE ≤ 0.05; the smallest is 0."))
  }

  @Test("parts that are joined give the bytes of one run; a part of another analysis is refused")
  func parts() throws {
    let data = try SmallDataset(effect: 0.002)
    defer { data.remove() }
    var whole = data.configuration("whole")
    _ = try result(whole)
    let divided = data.configuration("divided")
    for part in [3, 1] { try VoxelwiseAnalysis(divided).run(.part(part, of: 3)) }
    #expect(throws: StatisticsError.missingShards(found: [1, 3], count: 3)) {
      try VoxelwiseAnalysis(divided).run(.join(of: 3))
    }
    try VoxelwiseAnalysis(divided).run(.part(2, of: 3))
    try VoxelwiseAnalysis(divided).run(.join(of: 3))
    #expect(try files(whole.output) == files(divided.output))
    whole.output = divided.output
    whole.seed = 2
    #expect(throws: StatisticsError.differentShards(path: "\(divided.output)/permutations_part-1of3.json")) {
      try VoxelwiseAnalysis(whole).run(.join(of: 3))
    }
  }

  @Test("parts of other blocks are refused, even if the blocks have the same sizes")
  func blocks() throws {
    let data = try SmallDataset(effect: 0.002)
    defer { data.remove() }
    var configuration = data.configuration("out")
    (configuration.tested, configuration.covariates, configuration.blocks) = ("age", [], "family")
    try VoxelwiseAnalysis(configuration).run(.part(1, of: 2))
    let table = try String(contentsOfFile: data.table, encoding: .utf8)
    let swapped = table.replacing("f\tf0\n", with: "f\tx\n").replacing("m\tf1\n", with: "m\tf0\n")
      .replacing("f\tx\n", with: "f\tf1\n")
    try #require(swapped != table)
    try swapped.write(toFile: data.table, atomically: true, encoding: .utf8)
    try VoxelwiseAnalysis(configuration).run(.part(2, of: 2))
    #expect(throws: StatisticsError.self) { try VoxelwiseAnalysis(configuration).run(.join(of: 2)) }
  }

  @Test("scans that are not independent are refused: two maps of a scan, or of a participant without blocks")
  func dependent() throws {
    let data = try SmallDataset(effect: 0)
    defer { data.remove() }
    var configuration = data.configuration("out")
    let (map, again) = (data.maps[0], data.maps[0].replacing("modulated", with: "modulatedSmoothed8"))
    try FileManager.default.copyItem(atPath: map, toPath: again)
    configuration.maps.append(again)
    #expect(throws: StatisticsError.twoMapsOfScan(scan: "sub-01", maps: [map, again])) {
      try VoxelwiseAnalysis(configuration).run()
    }
    let second = map.replacing("sub-01", with: "sub-01_ses-2")
    try FileManager.default.moveItem(atPath: again, toPath: second)
    configuration.maps[24] = second
    #expect(throws: StatisticsError.repeatedScans(participant: "sub-01", maps: [map, second])) {
      try VoxelwiseAnalysis(configuration).run()
    }
    configuration.blocks = "participant_id"
    try VoxelwiseAnalysis(configuration).run()
  }

  @Test("a voxel that is not finite in one map is left out, and not taken as 0")
  func missing() throws {
    let data = try SmallDataset(effect: 0)
    defer { data.remove() }
    var map = try NIfTIImage(contentsOf: data.maps[5]).volume
    let voxel = SIMD3(7, 6, 4)
    map[voxel.x, voxel.y, voxel.z] = .nan
    try map.write(to: data.maps[5])
    let found = try result(data.configuration("out"))
    #expect(found.maskRule.hasSuffix("1 voxels that are not finite in every map are left out"))
    let mask = try NIfTIImage(contentsOf: "\(data.folder)/out/desc-analysis_mask.nii.gz").labelMap()
    #expect(mask[voxel.x, voxel.y, voxel.z] == 0 && mask[voxel.x - 1, voxel.y, voxel.z] == 1)
  }

  @Test("a map of zeros is refused by name")
  func emptyMap() throws {
    let data = try SmallDataset(effect: 0)
    defer { data.remove() }
    var map = try NIfTIImage(contentsOf: data.maps[3]).volume
    for index in map.voxels.indices { map.voxels[index] = 0 }
    try map.write(to: data.maps[3])
    #expect(throws: StatisticsError.emptyMap(path: data.maps[3])) { try result(data.configuration("out")) }
  }

  @Test("another analysis in the folder leaves no map of the one before")
  func replaced() throws {
    let data = try SmallDataset(effect: 0)
    defer { data.remove() }
    var configuration = data.configuration("out")
    _ = try result(configuration)
    (configuration.tested, configuration.covariates) = ("sex", ["age"])
    _ = try result(configuration)
    let names = try FileManager.default.contentsOfDirectory(atPath: configuration.output)
    #expect(
      !names.contains { $0.hasPrefix("contrast-age") } && names.contains("contrast-sex_stat-t_statmap.nii.gz")
    )
  }

  @Test("adjusted means of one sample have the mean of the maps")
  func oneSample() throws {
    let data = try SmallDataset(effect: 0)
    defer { data.remove() }
    var configuration = data.configuration("out")
    (configuration.tested, configuration.covariates) = ("intercept", [])
    let found = try result(configuration)
    let cluster = try #require(found.clusters.first)
    let mean = cluster.voxels.reduce(0) { $0 + Double(found.fit.mean[$1]) } / Double(cluster.size)
    let values = try #require(found.adjustedMeans.clusters.first)
    #expect(abs(values.reduce(0, +) / Double(values.count) - mean) < 1e-6)
  }

  @Test("little memory means fewer permutations at a time or a scratch file, and the same bytes")
  func memory() throws {
    let data = try SmallDataset(effect: 0.002)
    defer { data.remove() }
    _ = try result(data.configuration("whole"))
    var analysis = VoxelwiseAnalysis(data.configuration("small"))
    let plan = try MemoryPlan(
      scans: 24, voxels: 1632, gridVoxels: 1680, threads: analysis.threads, limit: nil)
    analysis.memoryLimit = plan.bytes - 1
    try analysis.run()
    #expect(try files(data.configuration("whole").output) == files(data.configuration("small").output))
    analysis.memoryLimit = 1 << 20
    #expect(throws: StatisticsError.self) { try analysis.run() }
    // A thousand scans of 1.5 mm with some 600,000 voxels of gray matter.
    let large = try MemoryPlan(
      scans: 1000, voxels: 600_000, gridVoxels: 113 * 137 * 113, threads: 8, limit: 4 << 30)
    #expect(large.bytes < 4 << 30)
    let tight = try MemoryPlan(
      scans: 1000, voxels: 600_000, gridVoxels: 113 * 137 * 113, threads: 8, limit: 1 << 30)
    #expect(tight.scratchBytes > 2 << 30)
  }

  @Test(
    "each number of clusters.tsv follows from the written maps",
    .needs(.nibabel),
    arguments: [VoxelwiseConfiguration.Inference.tfce, .cluster], [TestedSide.both, .negative])
  func clusters(_ inference: VoxelwiseConfiguration.Inference, _ side: TestedSide) throws {
    let data = try SmallDataset(effect: 0.0025)
    defer { data.remove() }
    var configuration = data.configuration("out")
    (configuration.inference, configuration.side) = (inference, side)
    configuration.clusterProbability = 0.01
    let found = try result(configuration)
    #expect(!found.rows.isEmpty)
    let checks = try Python.numbers(
      Self.script(folder: configuration.output, atlas: data.atlas, inference: inference))
    // The script prints the number of rows and how many cells differ.
    #expect(checks == [Double(found.rows.count), 0])
  }

  /// Reads the table and computes its cells again by nibabel, SciPy and the null distribution.
  private static func script(
    folder: String, atlas: AtlasFiles, inference: VoxelwiseConfiguration.Inference
  ) -> String {
    """
    import csv, json, nibabel as nib
    from scipy.ndimage import label, maximum_filter
    folder = "\(folder)/"
    load = lambda n: nib.load(folder + n + ".nii.gz").get_fdata()
    image = nib.load(folder + "contrast-age_stat-t_statmap.nii.gz")
    t, mask = image.get_fdata(), load("desc-analysis_mask") > 0
    mm = lambda v: image.affine[:3, :3] @ np.asarray(v, float) + image.affine[:3, 3]
    p = {k: 10.0 ** -load(f"contrast-age_desc-{k}_stat-logp_statmap")
         for k in ("tfceFWE", "voxelFWE", "clusterSizeFWE", "clusterMassFWE")}
    effect, mean = load("contrast-age_stat-effect_statmap"), load("desc-mean_statmap")
    partial, labels = load("contrast-age_stat-partialr_statmap"), load("contrast-age_desc-clusters_dseg")
    tfce = load("contrast-age_stat-tfce_statmap")
    settings = json.load(open(folder + "vbm.json"))
    null = list(csv.DictReader(open(folder + "null.tsv"), delimiter="\\t"))
    atlas = nib.load("\(atlas.image)").get_fdata()
    names = {int(r["index"]): r["name"] for r in csv.DictReader(open("\(atlas.labels)"), delimiter="\\t")}
    names[0] = "outside"
    rows = list(csv.DictReader(open(folder + "clusters.tsv"), delimiter="\\t"))
    bad = 0
    def check(row, key, value, tolerance):
        global bad
        if not abs(float(row[key]) - value) <= tolerance:
            bad += 1; print(row["cluster"], key, row[key], value, file=sys.stderr)
    # Clusters again: what is significant, by sign, connected by corners.
    tested = p["tfceFWE" if "\(inference.rawValue)" == "tfce" else "clusterSizeFWE"] <= 0.05 + 1e-7
    expected = sum(label((np.sign(t) == s) & tested, np.ones((3, 3, 3)))[1] for s in (1, -1))
    if expected != len(rows): bad += 1
    if not np.array_equal(labels > 0, tested & mask & (t != 0)): bad += 1
    for row in rows:
        v = np.argwhere(labels == int(row["cluster"]))
        at = tuple(v.T)
        s = 1 if row["sign"] == "+" else -1
        if not (np.sign(t[at]) == s).all(): bad += 1
        if label(labels == int(row["cluster"]), np.ones((3, 3, 3)))[1] != 1: bad += 1
        peak = tuple(v[np.argmax(abs(t[at]))])
        check(row, "voxels", len(v), 0)
        check(row, "volume", len(v) * abs(np.linalg.det(image.affine[:3, :3])) / 1000, 6e-4)
        check(row, "p_fwe_tfce", p["tfceFWE"][at].min(), 6e-6)
        check(row, "p_fwe_voxel", p["voxelFWE"][at].min(), 6e-6)
        check(row, "p_fwe_voxel", np.mean([float(r["max_t"]) >= abs(t[peak]) - 2e-6 * max(1, abs(t[peak])) for r in null]), 6e-6)
        best = abs(tfce[at]).max()
        check(row, "p_fwe_tfce", np.mean([float(r["max_tfce"]) >= best * (1 - 2e-6) for r in null]), 6e-6)
        if "\(inference.rawValue)" == "cluster":
            threshold = settings["ClusterFormingThreshold"]
            check(row, "p_fwe_size", np.mean([int(r["max_cluster_size"]) >= len(v) for r in null]), 6e-6)
            mass = (abs(t[at]) - threshold).sum()
            check(row, "p_fwe_mass", np.mean([float(r["max_cluster_mass"]) >= mass - 1e-5 * max(1, mass) for r in null]), 6e-6)
        elif row["p_fwe_size"] != "n/a": bad += 1
        check(row, "peak_statistic", t[peak], 6e-5)
        for axis, place, center in zip("xyz", mm(peak), mm(v.mean(0))):
            check(row, "peak_" + axis, place, 0.06)
            check(row, "center_" + axis, center, 0.06)
        check(row, "effect", effect[peak], 1e-3 * abs(effect[peak]))
        check(row, "effect_percent", 100 * effect[peak] / mean[peak], 6e-4)
        check(row, "partial_r", partial[peak], 6e-5)
        if row["region"] != names[int(atlas[peak])]: bad += 1
        values, counts = np.unique(atlas[at], return_counts=True)
        shares = {names[int(a)]: n / len(v) for a, n in zip(values, counts) if n / len(v) >= 0.05}
        printed = {w.rsplit(" ", 2)[0]: float(w.rsplit(" ", 2)[1]) / 100 for w in row["regions"].split("; ")}
        if set(shares) != set(printed) or any(abs(shares[k] - printed[k]) > 0.0051 for k in shares): bad += 1
        # Sub-peaks: local maxima, by descending height, 8 mm from all before.
        y = s * t
        local = (maximum_filter(np.where(y > 0, y, 0), size=3, mode="constant") == y)
        candidates = sorted((tuple(u) for u in v if local[tuple(u)]), key=lambda u: -y[u])
        peaks = [peak]
        for u in candidates:
            if len(peaks) < 4 and all(np.linalg.norm(mm(u) - mm(q)) >= 8 for q in peaks): peaks.append(u)
        words = [] if row["subpeaks"] == "n/a" else row["subpeaks"].split("; ")
        if len(words) != len(peaks) - 1: bad += 1
        for word, q in zip(words, peaks[1:]):
            numbers = [float(n) for n in word.replace("(", "").replace(")", "").split()]
            if np.abs(np.array(numbers) - np.append(mm(q), t[q])).max() > 0.051: bad += 1
    print(len(rows), bad)
    """
  }
}
