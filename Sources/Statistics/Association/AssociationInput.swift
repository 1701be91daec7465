import Numerics

/// Features of scans beside what is known of the participants.
public struct AssociationInput: Sendable {
  /// What covariates alone are called among the features that predict.
  public static let covariatesName = "covariates"

  package let features: DataTable
  package let participants: [DataTable]
  package let baselines: [(name: String, table: DataTable)]
  package let covariates: [String]
  package let group: String?

  /// - Parameters:
  ///   - participants: tables with one row for each participant, of which the first that has a column counts.
  ///   - baselines: other features of the same scans, judged beside.
  ///   - covariates: columns that are taken out of the features.
  ///   - group: the column of what is never on both sides of a fold; the participant where there is none.
  /// - Throws: `AssociationError` where participants are repeated or a baseline lacks a scan.
  public init(
    features: DataTable, participants: [DataTable], baselines: [(name: String, table: DataTable)] = [],
    covariates: [String] = [], group: String? = nil
  ) throws(AssociationError) {
    for table in participants {
      var seen: Set<String> = []
      for participant in table.participants where !seen.insert(participant).inserted {
        throw .repeated(path: table.path, participant: participant)
      }
    }
    self.features = features
    self.participants = participants
    self.baselines = baselines
    self.covariates = covariates
    self.group = group
  }

  /// The cells of a column of participants, one for each row of the features; a column of the features' own table, such
  /// as a session's, counts where no other has it.
  private func cells(_ column: String) throws(AssociationError) -> [String?] {
    for table in participants {
      guard let cells = table.cells(column) else { continue }
      let known = Dictionary(zip(table.participants, cells)) { first, _ in first }
      return features.participants.map { known[$0] ?? nil }
    }
    if column == "participant_id" { return features.participants }
    guard let own = features.cells(column) else {
      throw .noColumn(column, found: participants.flatMap { $0.columns.dropFirst() })
    }
    return own
  }

  /// The scans for which all is known, ready to be associated with one measure.
  /// - Throws: `AssociationError`.
  package func sample(of target: String, kind: TargetMeasure.Kind?) throws(AssociationError)
    -> AssociationSample
  {
    var columns: [[[Double]?]] = []
    for name in covariates { columns.append(TargetMeasure.covariate(try cells(name))) }
    let groupCells = try cells(group ?? "participant_id")
    var targetCells = try cells(target)
    let known = features.rows.indices.filter { row in
      targetCells[row] != nil && groupCells[row] != nil && columns.allSatisfy { $0[row] != nil }
    }
    // What is not used decides nothing, such as whether there are two classes.
    for row in Set(targetCells.indices).subtracting(known) { targetCells[row] = nil }
    guard !known.isEmpty else {
      throw .tooFew(column: target, found: 0, needed: AssociationSample.fewestGroups)
    }
    let measure = try TargetMeasure(name: target, cells: targetCells, kind: kind)
    let names = Array(Set(known.compactMap { groupCells[$0] })).sorted()
    let numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($0.element, $0.offset) })
    guard names.count >= AssociationSample.fewestGroups else {
      throw .tooFew(column: target, found: names.count, needed: AssociationSample.fewestGroups)
    }
    let width = columns.reduce(0) { $0 + ($1[known[0]]?.count ?? 0) }
    return AssociationSample(
      measure: measure, rows: known.map { features.rows[$0][0] },
      target: known.compactMap { measure.values[$0] },
      groups: known.map { numbers[groupCells[$0] ?? ""] ?? 0 },
      covariates: Matrix(known.map { row in columns.flatMap { $0[row] ?? [] } }, columns: width),
      features: try featureSets(known), sources: known, left: features.rows.count - known.count)
  }

  /// The features first, then covariates alone and other tables.
  private func featureSets(_ known: [Int]) throws(AssociationError) -> [AssociationSample.Features] {
    var sets: [AssociationSample.Features] = []
    if !features.isFeatureless {
      let (names, values) = try features.numbers()
      sets.append(.init(name: "features", columns: names, values: values.rows(at: known)))
    }
    for (name, table) in baselines {
      let (names, values) = try table.numbers()
      let places = Dictionary(zip(table.rows.map { $0[0] }, table.rows.indices)) { first, _ in first }
      let people = Dictionary(zip(table.participants, table.rows.indices)) { first, _ in first }
      var rows: [Int] = []
      for row in known {
        let scan = features.rows[row][0]
        guard let place = places[scan] ?? people[features.participants[row]] else {
          throw .noBaseline(path: table.path, row: scan)
        }
        rows.append(place)
      }
      sets.append(.init(name: name, columns: names, values: values.rows(at: rows)))
    }
    return sets
  }
}

/// One measure and the features of the scans that have it.
package struct AssociationSample: Sendable {
  package struct Features: Sendable {
    let name: String
    let columns: [String]
    package let values: Matrix
  }

  /// Fewer groups leave no inner folds worth the name.
  package static let fewestGroups = 10

  package let measure: TargetMeasure
  /// The first cell of each row.
  package let rows: [String]
  package let target: [Double]
  /// Numbers from 0.
  package let groups: [Int]
  package let covariates: Matrix
  package let features: [Features]
  /// The numbers of the rows in the table of features, from 0: the scans that are not left out.
  package let sources: [Int]
  /// How many scans were left out, as something about them is not known.
  package let left: Int

  package var groupCount: Int { Set(groups).count }
}
