import Files
import Foundation
import Imaging
import Statistics

/// The files of a result.
///
/// Maps are named as BIDS proposes for statistical maps; the dataset's rules do not include them yet, so that the folder
/// belongs outside a dataset or into its `.bidsignore`.
package struct VoxelwiseResultFolder {
  package let result: VoxelwiseResult

  package init(_ result: VoxelwiseResult) { self.result = result }

  private var folder: String { result.configuration.output }

  /// `contrast-ageSexM` of the term `age:sex[m]`.
  package var prefix: String {
    let words = result.contrast.name.split { !$0.isLetter && !$0.isNumber }
    let label = words.enumerated().map { index, word in
      index == 0 ? String(word) : word.prefix(1).uppercased() + word.dropFirst()
    }
    return "contrast-\(label.joined())"
  }

  package func write() throws {
    try AtomicFile.makeFolder(folder)
    try removeEarlier()
    try writeMaps()
    try writeTables()
    try text(methods, to: "methods.md")
    // Last: who finds it finds the rest.
    try json(record, to: "vbm.json")
  }

  /// Removes the record and the maps of an earlier analysis, whose names depend on what it has tested.
  private func removeEarlier() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    let endings = ["_statmap.nii.gz", "_desc-clusters_dseg.nii.gz", "_desc-clusters_dseg.tsv"]
    let maps = names.filter { name in
      name.hasPrefix("contrast-") && endings.contains { name.hasSuffix($0) }
    }
    for name in names.filter({ $0 == "vbm.json" }) + maps {
      try FileManager.default.removeItem(atPath: folder.joined(name))
    }
  }

  // MARK: - Maps

  private func writeMaps() throws {
    let (fit, p) = (result.fit, result.probabilities)
    var statistics: [(String, [Float])] = [
      ("stat-\(result.statisticName)", fit.statistic), ("stat-tfce", result.tfce),
      ("stat-partialr", fit.partialR), ("stat-cohenf2", fit.cohenF2),
    ]
    if result.contrast.isT { statistics.append(("stat-effect", fit.effect)) }
    for (name, map) in statistics { try write(map, "\(prefix)_\(name)_statmap") }
    for (name, probabilities) in [
      ("voxelFWE", p.voxel), ("tfceFWE", p.tfce), ("clusterSizeFWE", p.clusterSize),
      ("clusterMassFWE", p.clusterMass), ("uncorrected", p.uncorrected), ("FDR", p.falseDiscoveryRate),
    ] {
      // Minus zero is zero.
      let map = probabilities.map { $0 < 1 ? Float(-log10($0)) : 0 }
      try write(map, "\(prefix)_desc-\(name)_stat-logp_statmap")
    }
    try write(fit.mean, "desc-mean_statmap")
    try writeLabels()
  }

  private func write(_ map: [Float], _ name: String) throws {
    let volume = Volume(grid: result.grid, voxels: result.mask.expanded(map, outside: 0))
    try volume.write(to: "\(folder)/\(name).nii.gz", like: result.header)
  }

  private func writeLabels() throws {
    var labels = [UInt16](repeating: 0, count: result.mask.count)
    for (index, cluster) in result.clusters.enumerated() {
      for voxel in cluster.voxels { labels[voxel] = UInt16(clamping: index + 1) }
    }
    try write(labels, "\(prefix)_desc-clusters_dseg")
    let rows = result.rows.map { "\($0.number)\tcluster \($0.number)\n" }
    try text("index\tname\n" + rows.joined(), to: "\(prefix)_desc-clusters_dseg.tsv")
    try write([UInt16](repeating: 1, count: result.mask.count), "desc-analysis_mask")
    try json(["Rule": result.maskRule, "Type": "Brain"], to: "desc-analysis_mask.json")
  }

  private func write(_ labels: [UInt16], _ name: String) throws {
    let map = LabelMap(grid: result.grid, labels: result.mask.expanded(labels, outside: 0))
    try map.write(to: "\(folder)/\(name).nii.gz", like: result.header)
  }

  // MARK: - Tables

  private func writeTables() throws {
    let design = result.design
    try table(ClusterRow.columns.map(\.name), result.rows.map(\.cells), to: "clusters.tsv")
    try json(ClusterColumn.all, to: "clusters.json")
    try table(
      identities + design.columns.map(\.name),
      design.participants.indices.map { row in
        identity(design.participants[row]) + design.columns.map { "\($0.values[row])" }
      }, to: "design.tsv")
    try table(
      ["contrast"] + design.columns.map(\.name),
      result.contrast.weights.enumerated().map { row, weights in
        ["\(result.contrast.name)\(result.contrast.isT ? "" : " \(row + 1)")"] + weights.map(significant)
      }, to: "contrasts.tsv")
    let means = result.adjustedMeans
    try table(
      identities + (means.regressor == nil ? [] : [design.tested])
        + means.clusters.indices.map { "cluster_\($0 + 1)" },
      design.participants.indices.map { row in
        identity(design.participants[row]) + (means.regressor.map { ["\($0[row])"] } ?? [])
          + means.clusters.map { "\($0[row])" }
      }, to: "adjusted_means.tsv")
    try table(
      ["permutation", "max_\(result.statisticName)", "max_tfce", "max_cluster_size", "max_cluster_mass"],
      result.permutations.maxima.map {
        ["\($0.number)", "\($0.statistic)", "\($0.tfce)", "\($0.clusterSize)", "\($0.clusterMass)"]
      }, to: "null.tsv")
  }

  /// The columns that identify a scan: its participant, and its session where any scan has one.
  private var identities: [String] {
    ["participant_id"] + (result.design.participants.contains { $0.contains("_ses-") } ? ["session_id"] : [])
  }

  /// The cells of these columns for a scan such as `sub-01_ses-2`.
  private func identity(_ scan: String) -> [String] {
    guard identities.count > 1 else { return [scan] }
    let session = scan.split(separator: "_").dropFirst().first.map(String.init)
    return [ParticipantTable.participant(scan), session ?? "n/a"]
  }

  private struct ClusterColumn: Encodable {
    var description: String
    var units: String?

    static var all: [String: ClusterColumn] {
      Dictionary(
        uniqueKeysWithValues: ClusterRow.columns.map {
          ($0.name, ClusterColumn(description: $0.description, units: $0.units))
        })
    }
  }

  private func table(_ header: [String], _ rows: [[String]], to name: String) throws {
    try text(TSV.text([header] + rows), to: name)
  }

  // MARK: - Texts

  private func text(_ text: String, to name: String) throws(WriteError) {
    try AtomicFile.write(text, to: "\(folder)/\(name)")
  }

  private func json(_ value: some Encodable, to name: String) throws {
    let encoder = JSONEncoder()
    // Keys as BIDS writes them; names of columns stay.
    encoder.keyEncodingStrategy = .custom { path in
      UpperCamelCaseKey(path[path.count - 1].stringValue)
    }
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try text(String(decoding: encoder.encode(value), as: UTF8.self) + "\n", to: name)
  }
}

private struct UpperCamelCaseKey: CodingKey {
  package let stringValue: String
  package var intValue: Int? { nil }

  package init(_ name: String) { stringValue = name.prefix(1).uppercased() + name.dropFirst() }
  package init?(stringValue: String) { self.stringValue = stringValue }
  package init?(intValue: Int) { nil }
}
