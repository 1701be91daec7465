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
  /// Returns the rows as features of a model, in the order of the model's features, each with the name of its scan. In
  /// tables of patterns or slopes, it is the name of the target.
  /// - Throws: `AssociationError.notNumbers`, `AssociationError.noSuchColumn` if a feature has no column,
  ///   `LatentError.otherFeatures` if there are further features.
  public func features(of model: LatentModel) throws -> [(name: String, values: [Float])] {
    let (found, values) = try numbers()
    let places = try model.names.map { name in
      guard let place = found.firstIndex(of: name) else {
        throw AssociationError.noSuchColumn(path: path, column: name, found: columns)
      }
      return place
    }
    guard found.count == places.count else {
      throw LatentError.otherFeatures(path: path, found: found.count, needed: places.count)
    }
    return scans.enumerated().map { row, scan in (scan, places.map { Float(values[row, $0]) }) }
  }
}
