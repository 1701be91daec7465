import Imaging

/// A warning about a label map used for training or validation.
public enum TrainingDataWarning: Hashable, Sendable {
  /// No voxel is gray matter, white matter or fluid.
  case empty(path: String)
  /// Some tissues have no voxel.
  case lacksTissues(path: String, [Tissue])
  /// The intensities of the tissues are not in the order of a T1w scan with the given label table, but they are with
  /// the built-in tables `fitting`, which all give the same result.
  case otherTable(path: String, given: String, fitting: [String])

  /// Checks the labels of a scan.
  /// - Parameters:
  ///   - labels: the labels as stored in the file.
  ///   - tissues: the tissues of the labels.
  ///   - table: the label table.
  ///   - scan: the scan, on the same grid.
  ///   - path: the label map's file.
  static func warnings(
    about labels: LabelMap, tissues: LabelMap, by table: LabelTable, scan: Volume, path: String
  ) -> [TrainingDataWarning] {
    var isPresent = [Bool](repeating: false, count: 1 + Int(Tissue.allCases.map(\.rawValue).max() ?? 0))
    for tissue in tissues.labels { isPresent[Int(tissue)] = true }
    let missing = [Tissue.grayMatter, .whiteMatter, .csf].filter { !isPresent[Int($0.rawValue)] }
    if missing.count == 3 { return [.empty(path: path)] }
    let fitting = TissueOrder.fittingTables(insteadOf: table, tissues: tissues, labels: labels, scan: scan)
    return (missing.isEmpty ? [] : [.lacksTissues(path: path, missing)])
      + (fitting.isEmpty ? [] : [.otherTable(path: path, given: table.name, fitting: fitting)])
  }
}

/// The order of tissue intensities in a T1w scan: fluid below gray matter below white matter.
enum TissueOrder {
  /// Thresholds of the contrast: a table fits if it is at least the first, and does not fit if it is at most the
  /// second. Scans with another contrast fit no table.
  private static let (fitting, reversed) = (0.5, -0.5)

  /// Returns the built-in tables with which the order is right, if it is wrong with the given one.
  static func fittingTables(
    insteadOf table: LabelTable, tissues: LabelMap, labels: LabelMap, scan: Volume
  ) -> [String] {
    guard let given = leastContrast(tissues, scan), given.value < reversed else { return [] }
    return LabelTable.closestFirst.filter { other in
      guard other.name != table.name, let read = try? other.tissues(of: labels),
        let contrast = leastContrast(read, scan)
      else { return false }
      return contrast.value > fitting && contrast.count >= given.count
    }.map(\.name)
  }

  /// Returns the least contrast between neighboring tissues, and the number of contrasts; `nil` with fewer than two
  /// tissues.
  private static func leastContrast(_ tissues: LabelMap, _ scan: Volume) -> (value: Double, count: Int)? {
    let contrast = TissueContrast(tissues, scan: scan)
    var contrasts = [
      contrast.of(.whiteMatter, over: .grayMatter), contrast.of(.grayMatter, over: .csf),
    ].compactMap { $0 }
    if contrasts.isEmpty { contrasts = [contrast.of(.whiteMatter, over: .csf)].compactMap { $0 } }
    return contrasts.min().map { ($0, contrasts.count) }
  }
}
