import Batch
import Files
import Imaging
import Morphometry

/// What a normalized scan adds to `normalization.tsv`.
struct NormalizationRow: Codable, Hashable, Sendable {
  /// The scan's name, such as `sub-01`.
  var scan: String
  var quality: NormalizationQuality
  /// The template's space.
  var space: TemplateSpace
  var options: NormalizedScan.Options

  /// The participant of the scan: `sub-01` of `sub-01_ses-2`.
  var participant: String { String(scan.prefix { $0 != "_" }) }
}

/// `normalization.tsv`: the quality of all normalized scans in a folder. It is made from the completion records, so that
/// batches which were divided or interrupted end with the same table.
struct NormalizationTable: Sendable {
  static let columns = [
    "participant_id", "scan", "homogeneity", "least_determinant", "folded_voxels", "sd_log_determinant",
    "GM_dice", "mass_ratio",
  ]

  private let folder: String
  private(set) var rows: [[String]] = []
  /// The paths of records that cannot be read, whose scans have no row.
  private let unreadable: [String]

  /// Reads the records of a folder, and each scan's map twice for the homogeneity, which is `n/a` where maps are gone.
  init(folder: String) {
    self.folder = folder
    let found = CompletionRecords<NormalizationRow>.rows(in: folder, stage: NormalizationStage.name)
    unreadable = found.unreadable
    let scans = found.rows.sorted { $0.scan < $1.scan }
    let homogeneity = Self.homogeneity(of: scans, in: folder)
    rows = zip(scans, homogeneity).map { row, homogeneity in
      let quality = row.quality
      return [
        row.participant, row.scan, TableCell.text(homogeneity, "%.4f"),
        TableCell.text(quality.leastDeterminant, "%.4f"), String(quality.foldedVoxels),
        TableCell.text(quality.deformation, "%.4f"), TableCell.text(quality.grayDice, "%.4f"),
        TableCell.text(quality.massRatio, "%.5f"),
      ]
    }
  }

  /// Writes the table with the JSON of its columns, and the patterns of `.bidsignore`. Returns the table's path. Warns
  /// of scans that have no row because their records cannot be read.
  func write() throws -> String {
    let path = NormalizationFiles.table(in: folder)
    for record in unreadable {
      StandardError.print(
        "\(record): warning: the completion record cannot be read, and its scan is missing from \(path); "
          + "repeat the command for this scan")
    }
    try AtomicFile.write(TSV.text([Self.columns] + rows), to: path)
    let json = path.replacingEnding(".tsv", with: ".json")
    try AtomicFile.write(JSONText.readable(Self.descriptions), to: json)
    try DerivativeDataset.ignoreNormalized(in: folder)
    return path
  }

  private static func homogeneity(of rows: [NormalizationRow], in folder: String) -> [Double?] {
    func map(_ row: NormalizationRow) -> Volume? {
      let files = NormalizationFiles(name: row.scan, folder: folder, space: row.space, row.options)
      return try? NIfTIImage(contentsOf: files.analyzed).volume
    }
    guard let grid = rows.lazy.compactMap({ map($0)?.grid }).first else { return rows.map { _ in nil } }
    var homogeneity = Homogeneity(grid: grid)
    for row in rows { if let map = map(row), map.grid == grid { homogeneity.add(map) } }
    return rows.map { row in
      guard let map = map(row), map.grid == grid else { return nil }
      return homogeneity.correlation(of: map)
    }
  }

  private static let descriptions = [
    "scan": [
      "Description": "Name of the scan"
    ],
    "homogeneity": [
      "Description": "Correlation of the scan's map with the mean of all others; a low value asks for a look"
    ],
    "least_determinant": [
      "Description": "Least Jacobian determinant of the nonlinear map inside the brain; 0 or less is a fold"
    ],
    "folded_voxels": [
      "Description": "Number of voxels inside the brain where the map folds"
    ],
    "sd_log_determinant": [
      "Description": "Standard deviation of the log of the Jacobian determinant inside the brain"
    ],
    "GM_dice": [
      "Description": "Dice coefficient of gray matter and the template's gray matter"
    ],
    "mass_ratio": [
      "Description":
        "Gray matter of the map that is modulated by the whole Jacobian determinant over that of the scan"
    ],
  ]
}
