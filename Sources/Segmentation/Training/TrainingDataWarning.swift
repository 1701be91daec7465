import Imaging

/// What is doubtful about a label map that a training learns from or is judged by.
public enum TrainingDataWarning: Hashable, Sendable {
  /// No voxel is gray matter, white matter or fluid.
  case empty(path: String)
  /// Tissues of which there is no voxel, while there are others.
  case lacksTissues(path: String, [Tissue])
  /// By the table that was given the tissues do not come in the order of a T1-weighted scan's intensities, and by these
  /// built-in ones, all alike, they do.
  case otherTable(path: String, given: String, fitting: [String])

  /// Checks the labels of a scan.
  /// - Parameters:
  ///   - labels: as they stand in the file.
  ///   - tissues: what the table makes of them.
  ///   - scan: on the same grid.
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

/// Whether tissues come in the order of a T1-weighted scan's intensities: fluid below gray below white matter.
enum TissueOrder {
  /// Contrasts, in spreads of the tissues: at least the first by a table that fits, and at most the second by one that
  /// does not. Scans of another contrast fit no table.
  private static let (fitting, reversed) = (0.5, -0.5)

  /// Built-in tables by which the order is right, where it is not by the table that was given.
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

  /// The least contrast of a tissue with the next darker one, and how many there are; `nil` with fewer than two tissues.
  private static func leastContrast(_ tissues: LabelMap, _ scan: Volume) -> (value: Double, count: Int)? {
    let contrast = TissueContrast(tissues, scan: scan)
    var contrasts = [
      contrast.of(.whiteMatter, over: .grayMatter), contrast.of(.grayMatter, over: .csf),
    ].compactMap { $0 }
    if contrasts.isEmpty { contrasts = [contrast.of(.whiteMatter, over: .csf)].compactMap { $0 } }
    return contrasts.min().map { ($0, contrasts.count) }
  }
}
