import Evaluation
import Files
import Foundation
import Imaging
import Reports

/// The section of a report about a voxelwise analysis: the result in a sentence, a glass brain, slices at the peaks, the
/// clusters, their means, the null distribution, the design, and sentences for a paper.
struct VoxelwiseSection {
  private let folder: VoxelwiseFolder
  private var record: VoxelwiseFolder.Record { folder.record }

  /// Peaks that are drawn, and clusters whose means are plotted.
  private static let mostPeaks = 6

  /// Reads the results of an analysis.
  /// - Throws: `ReportError`.
  init(contentsOf path: String) throws(ReportError) { folder = try VoxelwiseFolder(path) }

  private var isByCluster: Bool { record.settings.inference == "cluster" }
  private var isT: Bool { record.statistic == "t" }
  private var hasClusters: Bool { !folder.clusters.rows.isEmpty }
  private var tested: String { record.settings.tested }
  private var limit: String { String(format: "%g", record.settings.significance) }

  /// Draws the section.
  /// - Parameter number: number of the analysis in the report, from 1.
  /// - Throws: `ReportError.unreadable`, `NIfTIError`, `EvaluationError`.
  func section(number: Int) throws -> ReportSection {
    var content: [any ReportContent] = [
      ReportParagraph(record.summary.prefix(1).uppercased() + record.summary.dropFirst() + "."),
      ReportList(record.warnings.map { "Warning: \($0)" }),
    ]
    content += try pictures()
    if hasClusters { content += [table, meanings] }
    content.append(ReportPlots(scatterPlots + [histogram, design]))
    content.append(ReportPart(title: "Methods", folder.methods.map { ReportParagraph($0) }))
    content.append(ReportParagraph("All maps and tables are in \(folder.path)."))
    let id = number == 1 ? "vbm" : "vbm-\(Self.letters(number))"
    return ReportSection(id: id, title: "Voxel-based morphometry: \(tested)", content)
  }

  /// Identifiers have letters only: `b` for 2.
  private static func letters(_ number: Int) -> String {
    String(number, radix: 10).map {
      String(UnicodeScalar(UInt8(ascii: "a") + UInt8($0.wholeNumberValue ?? 0)))
    }
    .joined()
  }

  // MARK: - Pictures

  private func pictures() throws -> [any ReportContent] {
    let brain = try folder.image("desc-analysis_mask").labelMap()
    let statistic = try folder.image("_stat-\(record.statistic)_statmap").volume
    guard hasClusters else { return [try glass(statistic, brain)] }
    let kind = isByCluster ? "clusterSizeFWE" : "tfceFWE"
    var significance = try folder.image("_desc-\(kind)_stat-logp_statmap").volume
    for index in significance.voxels.indices where statistic.voxels[index] < 0 {
      significance.voxels[index].negate()
    }
    let threshold = Float(-log10(record.settings.significance))
    let largest = significance.voxels.reduce(0) { max($0, abs($1)) }
    // p that equals the level is significant; float32 may lie a little below.
    let scale = SignedScale(threshold: threshold * 0.9999, limit: max(largest, threshold + 1))
    return [try glass(significance, brain, scale), try slices(significance, brain, scale)]
  }

  private var signs: String {
    isT
      ? "orange: the map rises with \(tested), blue: it falls"
      : "F has no sign"
  }

  private static let sides =
    "L is the left side of the body, R the right; P is the back of the head, A the front."

  private func glass(_ map: Volume, _ brain: LabelMap, _ scale: SignedScale) throws -> ReportPicture {
    let picture = try GlassBrain(of: map, in: brain, scale: scale).picture
    let words =
      "Glass brain: largest −log10 p (FWE-corrected) along each line of sight, from p ≤ \(limit); \(signs)"
    return try content(picture, words, scale, "−log10 p")
  }

  /// Where nothing is significant, the statistic itself is shown, and the caption says so.
  private func glass(_ statistic: Volume, _ brain: LabelMap) throws -> ReportPicture {
    let largest = statistic.voxels.reduce(0) { max($0, $1.isFinite ? abs($1) : 0) }
    let scale = SignedScale(threshold: min(2, largest / 2), limit: largest)
    let picture = try GlassBrain(of: statistic, in: brain, scale: scale).picture
    let words =
      "Not significant: glass brain of the statistic \(record.statistic) without correction; \(signs)"
    return try content(picture, words, scale, record.statistic)
  }

  private func slices(_ map: Volume, _ brain: LabelMap, _ scale: SignedScale) throws -> ReportPicture {
    let mean = try folder.image("desc-mean_statmap").volume
    let peaks = folder.clusters.rows.prefix(Self.mostPeaks).map { row in
      PeakPicture.Peak(
        name: "cluster \(row["cluster"] ?? "")",
        position: SIMD3(["peak_x", "peak_y", "peak_z"].map { Double(row[$0] ?? "") ?? 0 }))
    }
    let picture = try PeakPicture(of: map, over: mean, in: brain, at: peaks, scale: scale).picture
    let all = folder.clusters.rows.count
    let words =
      "Slices through the peaks of \(all > peaks.count ? "the first \(peaks.count) of \(all)" : "all") clusters, over "
      + "the mean map: −log10 p (FWE-corrected) from p ≤ \(limit); \(signs)"
    return try content(picture, words, scale, "−log10 p")
  }

  private func content(
    _ picture: Picture, _ words: String, _ scale: SignedScale, _ name: String
  ) throws -> ReportPicture {
    ReportPicture(
      png: try picture.png(), width: picture.width, height: picture.height,
      caption: "\(words). \(Self.sides)", description: words,
      scale: scale.bar(name, isSigned: isT))
  }

  // MARK: - Tables and plots

  /// Columns of the table, with the names that are shown.
  private var columns: [(column: String, name: String)] {
    let p =
      isByCluster
      ? [("p_fwe_size", "p FWE (size)"), ("p_fwe_mass", "p FWE (mass)")] : [("p_fwe_tfce", "p FWE (TFCE)")]
    return [("cluster", "Cluster"), ("sign", "Sign"), ("volume", "ml")] + p + [
      ("p_fwe_voxel", "p FWE (voxel)"), ("peak_statistic", "Peak \(record.statistic)"), ("peak_x", "x mm"),
      ("peak_y", "y mm"), ("peak_z", "z mm"), ("effect_percent", "Effect %"), ("partial_r", "Partial r"),
      ("region", "Region"), ("regions", "Regions"),
    ]
  }

  private var table: ReportTable {
    let words: Set = ["sign", "region", "regions"]
    return ReportTable(
      caption: "Clusters with p_FWE ≤ \(limit)",
      columns: columns.map { .init($0.name, isNumber: !words.contains($0.column)) },
      rows: folder.clusters.rows.map { row in .init(columns.map { row[$0.column] ?? "n/a" }) })
  }

  /// What the columns of the table mean.
  private var meanings: ReportList {
    ReportList(
      columns.compactMap { column, name in folder.meanings[column].map { "\(name): \($0)" } })
  }

  private var scatterPlots: [any ReportContent] {
    let regressor = folder.means.numbers(tested)
    guard isT, !regressor.isEmpty else { return [] }
    let names = folder.means.texts("participant_id")
    return folder.clusters.texts("cluster").prefix(Self.mostPeaks).map { cluster in
      let means = folder.means.numbers("cluster_\(cluster)")
      return RegressionPlot(
        xTitle: "\(tested), adjusted", yTitle: "mean of cluster \(cluster), adjusted",
        points: zip(names, zip(regressor, means)).map { .init(name: $0, x: $1.0, y: $1.1) },
        words:
          "Mean of cluster \(cluster) in \(means.count) scans over \(tested), both adjusted for the covariates, with "
          + "the least-squares line. The cluster was chosen by this relation, so the plot is no independent evidence."
      )
    }
  }

  private var histogram: HistogramPlot {
    let (column, name) =
      isByCluster ? ("max_cluster_size", "largest cluster, voxels") : ("max_tfce", "largest TFCE value")
    let values = folder.null.numbers(column)
    let observed = folder.null.texts("permutation").firstIndex(of: "0").map { values[$0] }
    let share = observed.map { observed in values.count { $0 >= observed } } ?? 0
    return HistogramPlot(
      title: name, values: values, mark: observed,
      words: "Null distribution: \(name) of \(values.count) permutations (bars), of the data themselves "
        + String(format: "%.4g (line), at least as large in %d of them.", observed ?? .nan, share))
  }

  private var design: DesignPlot {
    DesignPlot(
      record.regressors.map { regressor in
        .init(
          name: regressor.name, values: folder.design.numbers(regressor.name),
          isTested: regressor.term == tested)
      })
  }
}
