import Files
import Foundation
import Imaging
import Reports

/// The files that `vbm` writes, as far as a report needs them.
struct VoxelwiseFolder {
  /// What `vbm.json` says.
  struct Record: Decodable {
    struct Settings: Decodable {
      var tested: String
      var inference: String
      var significance: Double

      private enum CodingKeys: String, CodingKey {
        case tested = "Tested"
        case inference = "Inference"
        case significance = "Significance"
      }
    }

    struct Regressor: Decodable {
      var name, term: String

      private enum CodingKeys: String, CodingKey {
        case name = "Name"
        case term = "Term"
      }
    }

    var settings: Settings
    var regressors: [Regressor]
    var statistic, summary: String
    /// What the names of the test's maps begin with; `nil` in records of older versions.
    var maps: String?
    var warnings: [String]

    private enum CodingKeys: String, CodingKey {
      case settings = "Settings"
      case regressors = "Regressors"
      case maps = "Maps"
      case statistic = "Statistic"
      case summary = "Summary"
      case warnings = "Warnings"
    }
  }

  let path: String
  let record: Record
  let clusters, design, null, means: ResultTable
  /// Meanings of the columns of the table of clusters.
  let meanings: [String: String]
  /// The paragraphs and list items of `methods.md`.
  let methods: [String]

  /// Reads the record and the tables of a folder.
  /// - Throws: `ReportError.noVoxelwise`, `.unreadable`.
  init(_ path: String) throws(ReportError) {
    self.path = path
    guard let data = FileManager.default.contents(atPath: path.joined("vbm.json")),
      let record = try? JSONDecoder().decode(Record.self, from: data)
    else { throw .noVoxelwise(path: path) }
    self.record = record
    clusters = try ResultTable(contentsOf: path.joined("clusters.tsv"))
    design = try ResultTable(contentsOf: path.joined("design.tsv"))
    null = try ResultTable(contentsOf: path.joined("null.tsv"))
    means = try ResultTable(contentsOf: path.joined("adjusted_means.tsv"))
    meanings = Self.meanings(path.joined("clusters.json"))
    methods = Self.paragraphs(path.joined("methods.md"))
  }

  private static func meanings(_ path: String) -> [String: String] {
    struct Column: Decodable {
      var description: String

      private enum CodingKeys: String, CodingKey { case description = "Description" }
    }
    let columns = FileManager.default.contents(atPath: path).flatMap {
      try? JSONDecoder().decode([String: Column].self, from: $0)
    }
    return columns?.mapValues(\.description) ?? [:]
  }

  /// The text below the first heading of a Markdown file.
  private static func paragraphs(_ path: String) -> [String] {
    let data = FileManager.default.contents(atPath: path) ?? Data()
    let text = String(decoding: data, as: UTF8.self)
    let parts = text.components(separatedBy: "\n# ")
    return (parts.first ?? "").components(separatedBy: "\n\n").map {
      $0.replacing("\n", with: " ").trimmingCharacters(in: .whitespaces)
    }.filter { !$0.isEmpty && !$0.hasPrefix("#") }
  }

  /// Returns the map whose name has this ending, such as `_stat-t_statmap`.
  /// - Throws: `ReportError.unreadable` where the folder has none, `NIfTIError`.
  func image(_ ending: String) throws -> NIfTIImage {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    let start = ending.hasPrefix("_") ? record.maps ?? "" : ""
    guard
      let name = names.sorted().first(where: { $0.hasPrefix(start) && $0.hasSuffix(ending + ".nii.gz") })
    else {
      throw ReportError.unreadable(path: path, reason: "it has no file …\(ending).nii.gz")
    }
    return try NIfTIImage(contentsOf: path.joined(name))
  }
}
