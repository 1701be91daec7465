import Numerics

/// Features of scans, with the tables of the participants.
public struct AssociationInput: Sendable {
  /// Name of the feature set that consists of the covariates alone.
  public static let covariatesName = "covariates"

  /// The features, one row per scan.
  package let features: DataTable
  /// Tables with one row per participant, or per session.
  package let participants: [ParticipantTable]
  /// Other feature sets of the same scans, with their names.
  package let baselines: [(name: String, table: DataTable)]
  /// Names of the columns that are regressed out of the features.
  package let covariates: [String]
  /// Name of the column of the exchangeability blocks and cross-validation groups; `nil` for the participant.
  package let group: String?

  /// Creates an input.
  /// - Parameters:
  ///   - features: one row per scan.
  ///   - participants: tables with one row per participant or session. A column is taken from the first table that has
  ///     it.
  ///   - baselines: other feature sets of the same scans, which are evaluated for comparison.
  ///   - covariates: columns that are regressed out of the features.
  ///   - group: the column of groups that are never split between folds; `nil` for the participant.
  public init(
    features: DataTable, participants: [ParticipantTable], baselines: [(name: String, table: DataTable)] = [],
    covariates: [String] = [], group: String? = nil
  ) {
    self.features = features
    self.participants = participants
    self.baselines = baselines
    self.covariates = covariates
    self.group = group
  }

  /// Returns the cells of a column, one per row of the features. A column of the features' own table, such as a
  /// session's, is used if no table of participants has it.
  private func cells(_ column: String) throws(AssociationError) -> [String?] {
    if let table = participants.first(where: { $0.columns.contains(column) }) {
      return features.scans.map { table.cell(ParticipantTable.scan($0), column) }
    }
    if column == "participant_id" { return features.participants }
    guard let own = features.cells(column) else {
      throw .noColumn(column, found: participants.flatMap(\.columns))
    }
    return own
  }

  /// Returns the scans with complete data, ready to be associated with one target.
  /// - Parameters:
  ///   - target: the target's column.
  ///   - kind: numeric or binary; `nil` to determine it from the values.
  /// - Throws: `AssociationError`.
  package func sample(of target: String, kind: TargetMeasure.Kind?) throws(AssociationError)
    -> AssociationSample
  {
    var columns: [[[Double]?]] = []
    for name in covariates { columns.append(try TargetMeasure.covariate(name, cells(name))) }
    let groupCells = try cells(group ?? "participant_id")
    var targetCells = try cells(target)
    let known = features.rows.indices.filter { row in
      targetCells[row] != nil && groupCells[row] != nil && columns.allSatisfy { $0[row] != nil }
    }
    // Values of scans that are left out must not influence the result, for example the number of classes.
    for row in Set(targetCells.indices).subtracting(known) { targetCells[row] = nil }
    guard !known.isEmpty else {
      throw .tooFew(column: target, found: 0, needed: AssociationSample.fewestGroups)
    }
    let measure = try TargetMeasure(name: target, cells: targetCells, kind: kind)
    let people = known.map { features.participants[$0] }
    let named = known.compactMap { groupCells[$0] }
    guard Set(named).count >= AssociationSample.fewestGroups else {
      throw .tooFew(column: target, found: Set(named).count, needed: AssociationSample.fewestGroups)
    }
    let groups = Self.independentSets(of: named, people)
    let count = Set(groups).count
    guard count >= AssociationSample.fewestGroups else {
      throw .groupsShareParticipants(
        column: group ?? "", groups: Set(named).count, found: count, needed: AssociationSample.fewestGroups)
    }
    let taken = [target] + covariates + [group].compactMap { $0 }
    let width = columns.reduce(0) { $0 + ($1[known[0]]?.count ?? 0) }
    return AssociationSample(
      measure: measure, rows: known.map { features.rows[$0][0] },
      target: known.compactMap { measure.values[$0] },
      groups: groups, participants: Self.numbers(of: people),
      covariates: Matrix(known.map { row in columns.flatMap { $0[row] ?? [] } }, columns: width),
      features: try featureSets(known, without: taken), dropped: dropped(taken), sources: known,
      left: features.rows.count - known.count)
  }

  /// Returns the number of each name, from 0, in the order of the sorted names.
  private static func numbers(of names: [String]) -> [Int] {
    let places = Dictionary(uniqueKeysWithValues: Set(names).sorted().enumerated().map { ($1, $0) })
    return names.map { places[$0] ?? 0 }
  }

  /// Returns the set of each scan: scans of one group are in one set, and so are all groups that have scans of the same
  /// participant. Numbered from 0, in the order of the sorted groups.
  private static func independentSets(of groups: [String], _ participants: [String]) -> [Int] {
    var owner: [String: String] = [:]
    func root(_ group: String) -> String {
      var group = group
      while let next = owner[group] { group = next }
      return group
    }
    var first: [String: String] = [:]
    for (group, participant) in zip(groups, participants) {
      let (one, other) = (root(first[participant] ?? group), root(group))
      if one != other { owner[max(one, other)] = min(one, other) }
      first[participant] = first[participant] ?? group
    }
    return numbers(of: groups.map(root))
  }

  /// The columns of the feature sets that are no features here: those that are predicted, regressed out or grouped by.
  private func dropped(_ taken: [String]) -> [String] {
    let tables = (features.isFeatureless ? [] : [features]) + baselines.map(\.table)
    return Set(tables.flatMap(\.featureNames)).intersection(taken).sorted()
  }

  /// Returns the feature sets: the features, then the baselines.
  /// - Parameter taken: columns that are no features.
  private func featureSets(
    _ known: [Int], without taken: [String]
  ) throws(AssociationError) -> [AssociationSample.Features] {
    var sets: [AssociationSample.Features] = []
    if !features.isFeatureless {
      let (names, values) = try features.numbers(without: taken)
      sets.append(.init(name: "features", columns: names, values: values.rows(at: known)))
    }
    for (name, table) in baselines {
      let (names, values) = try table.numbers(without: taken)
      let (places, scans) = (ScanRows(table), features.scans)
      var rows: [Int] = []
      for row in known { rows.append(try places.row(of: scans[row])) }
      sets.append(.init(name: name, columns: names, values: values.rows(at: rows)))
    }
    return sets
  }
}

/// The rows of a table, to be found by the scan that they are of.
private struct ScanRows {
  private let path: String
  private let scans, sessions, participants: [String: [Int]]
  /// The rows of participants that do not say which session they are of.
  private let withoutSession: Set<Int>

  init(_ table: DataTable) {
    let names = table.scans
    func places(by key: (String) -> String) -> [String: [Int]] {
      Dictionary(grouping: names.indices) { key(names[$0]) }
    }
    path = table.path
    scans = places { $0 }
    sessions = places(by: ParticipantTable.scan)
    participants = places(by: ParticipantTable.participant)
    withoutSession = Set(names.indices.filter { !Self.hasSession(names[$0]) })
  }

  private static func hasSession(_ scan: String) -> Bool {
    ParticipantTable.scan(scan) != ParticipantTable.participant(scan)
  }

  /// Returns the row of a scan: the one of its name, of its session, or of its participant where the table or the scan
  /// has no session.
  /// - Throws: `AssociationError.noBaseline`, `.severalBaselines`.
  func row(of scan: String) throws(AssociationError) -> Int {
    let ofParticipant = participants[ParticipantTable.participant(scan)] ?? []
    let candidates = [
      scans[scan], sessions[ParticipantTable.scan(scan)],
      Self.hasSession(scan) ? ofParticipant.filter(withoutSession.contains) : ofParticipant,
    ]
    guard let found = candidates.compactMap({ $0 }).first(where: { !$0.isEmpty }) else {
      throw .noBaseline(path: path, row: scan)
    }
    guard found.count == 1 else { throw .severalBaselines(path: path, row: scan, found: found.count) }
    return found[0]
  }
}

/// One target and the features of the scans with complete data.
package struct AssociationSample: Sendable {
  /// A feature set.
  package struct Features: Sendable {
    let name: String
    let columns: [String]
    /// The features, [scans, columns].
    package let values: Matrix
  }

  /// The least number of groups; fewer do not allow inner folds of a useful size.
  package static let fewestGroups = 10

  /// The target.
  package let measure: TargetMeasure
  /// The first cell of each row, which identifies the scan.
  package let rows: [String]
  /// The target's values, one per scan; 0 and 1 for two classes.
  package let target: [Double]
  /// The group of each scan, numbered from 0. No participant has scans in two groups.
  package let groups: [Int]
  /// The participant of each scan, numbered from 0.
  package let participants: [Int]
  /// The covariates, [scans, columns].
  package let covariates: Matrix
  /// The feature sets.
  package let features: [Features]
  /// Columns of the tables of features that are the target, a covariate or the group, and are not used as features.
  let dropped: [String]
  /// The numbers of the rows in the table of features, from 0: the scans that are not left out.
  package let sources: [Int]
  /// Number of scans that were left out because of missing values.
  package let left: Int

  /// Number of groups.
  package var groupCount: Int { Set(groups).count }
}
