import Files
import Imaging
import Statistics

/// Latent features of scans as a TSV table as defined by BIDS: `participant_id`, `scan` if a participant has several
/// scans, and a column for each feature.
public struct FeatureTable: Sendable {
  /// The table as tab-separated text.
  public let tsv: String

  /// Creates a table with one row per scan.
  /// - Parameters:
  ///   - subjects: the subject of each scan.
  ///   - names: names of the features.
  ///   - features: [scans, features].
  public init(subjects: [Subject], names: [String], features: [[Float]]) {
    let needsScans = subjects.contains { $0.person != $0.description }
    let head = ["participant_id"] + (needsScans ? ["scan"] : []) + names
    let rows = zip(subjects, features).map { subject, values in
      [subject.person] + (needsScans ? [subject.description] : []) + values.map { "\($0)" }
    }
    tsv = TSV.text([head] + rows)
  }

  /// Writes the table completely or not at all.
  /// - Throws: `AssociationError.unwritable`.
  public func write(to path: String) throws(AssociationError) {
    do throws(WriteError) { try AtomicFile.write(tsv, to: path) } catch {
      throw .unwritable(path: path, reason: error.reason)
    }
  }
}

extension DataTable {
  /// Returns the rows as features of a model, each with the name in its first cell.
  /// - Throws: `AssociationError.notNumbers`, `LatentError.otherFeatures`.
  public func features(of model: LatentModel) throws -> [(name: String, values: [Float])] {
    let (_, values) = try numbers()
    guard values.columns == model.size else {
      throw LatentError.otherFeatures(path: path, found: values.columns, needed: model.size)
    }
    return rows.enumerated().map { index, row in (row[0], values.row(index).map { Float($0) }) }
  }
}
