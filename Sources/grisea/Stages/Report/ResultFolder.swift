import BIDS
import Batch
import Files
import Foundation
import Imaging
import Reports
import Segmentation

/// A folder with the results of `segment` or `bids`.
struct ResultFolder: Sendable {
  let path: String
  /// The scans, in the order of their names.
  let subjects: [ReportSubject]
  /// The scans that failed.
  let failures: [StatusRow]
  /// The quality of their normalization.
  let normalization: NormalizationFlags

  private static let ending = "_dseg.nii.gz"

  /// Searches all levels of a folder for `…_dseg.nii.gz`.
  /// - Parameter images: scans with the names of their results. For a scan that is not among them, the JSON beside the labels gives
  ///   its path in the BIDS dataset, if it is from one.
  /// - Throws: `ReportError`, which is `.sameName` where a scan's name does not identify its labels, `VolumeTableError`,
  ///   `StatusTableError`.
  init(_ path: String, images: [WorkList.Item]) throws {
    self.path = path
    let scans = Dictionary(images.map { ($0.subject, $0.operand) }) { first, _ in first }
    let raw = Self.rawDataset(of: path)
    var tables: [String: [String: VolumeTable.Row]] = [:]
    // Clusters of `vbm` are label maps too.
    let found = ImageFiles.find(path, .labelMaps).paths.filter {
      $0.hasSuffix(Self.ending) && !$0.lastComponent.hasPrefix("contrast-")
    }
    try Self.checkNames(of: found)
    subjects = try found.map { labels in
      let name = Self.scanName(of: labels)
      let own = labels.dropLast(Self.ending.count) + "_volumes.tsv"
      let table =
        FileManager.default.fileExists(atPath: String(own))
        ? String(own) : labels.parentFolder.joined("volumes.tsv")
      if tables[table] == nil {
        let rows = try VolumeTable(contentsOf: table).rows
        tables[table] = Dictionary(rows.map { ($0.subject, $0) }) { first, _ in first }
      }
      return ReportSubject(
        name: name, labels: labels, scan: scans[name] ?? Self.source(of: labels, in: raw),
        volumes: tables[table]?[name])
    }
    .sorted { $0.name.compare($1.name, options: .numeric) == .orderedAscending }
    failures = try StatusTable(folder: path).rows().filter { $0.state == .failed }
    normalization = try NormalizationFlags(folder: path)
    guard !subjects.isEmpty || !failures.isEmpty else { throw ReportError.noResults(path) }
  }

  private static func scanName(of labels: String) -> String {
    String(labels.lastComponent.dropLast(ending.count))
  }

  /// Refuses two label maps with one scan name: each would be shown on the other's scan.
  private static func checkNames(of found: [String]) throws(ReportError) {
    var owners: [String: String] = [:]
    for labels in found {
      guard let owner = owners.updateValue(labels, forKey: scanName(of: labels)) else { continue }
      throw .sameName(owner, labels)
    }
  }

  /// Returns the folder that `bids:raw:` in sidecars stands for.
  private static func rawDataset(of folder: String) -> String? {
    guard let data = FileManager.default.contents(atPath: folder.joined("dataset_description.json")),
      let link = DerivativeDescription.Found(json: data)?.rawLink
    else { return nil }
    return folder.joined(link.removingPercentEncoding ?? link)
  }

  private static func source(of labels: String, in raw: String?) -> String? {
    guard let raw, let data = FileManager.default.contents(atPath: SegmentationFiles.sidecar(of: labels)),
      let source = try? JSONDecoder().decode(Sidecar.self, from: data).sources.first,
      source.hasPrefix("bids:raw:")
    else { return nil }
    return raw.joined(String(source.dropFirst("bids:raw:".count)))
  }
}
