/// A column of participants that is to be predicted: numbers, or one of two classes.
public struct TargetMeasure: Hashable, Sendable {
  public enum Kind: String, Hashable, Codable, Sendable, CaseIterable { case continuous, binary }

  public let name: String
  public let kind: Kind
  /// What counts as 0 and as 1, of a binary measure.
  public let classes: [String]
  /// One for each cell, `nil` where it is not known.
  let values: [Double?]

  /// - Parameter kind: by default two different values are classes, and more are numbers.
  /// - Throws: `AssociationError` where the cells are neither.
  init(name: String, cells: [String?], kind: Kind?) throws(AssociationError) {
    let known = Set(cells.compactMap { $0 })
    let numbers = known.compactMap { Double($0) }.filter(\.isFinite)
    let isNumeric = numbers.count == known.count
    guard known.count > 1 else { throw .constant(column: name) }
    if kind == .binary, known.count != 2 { throw .notTwoValues(column: name, found: known.count) }
    self.name = name
    if kind != .continuous && known.count == 2 {
      self.kind = .binary
      classes = known.sorted { isNumeric ? (Double($0) ?? 0) < (Double($1) ?? 0) : $0 < $1 }
      let one = classes[1]
      values = cells.map { $0.map { $0 == one ? 1 : 0 } }
    } else if isNumeric {
      self.kind = .continuous
      classes = []
      values = cells.map { $0.flatMap { Double($0) } }
    } else {
      throw .noMeasure(column: name, values: Array(known.sorted().prefix(5)))
    }
  }

  /// The columns by which a covariate enters a regression: a number as it is, words as one column of 0 and 1 for each
  /// but the first. `nil` where a cell is not known.
  static func covariate(_ cells: [String?]) -> [[Double]?] {
    let known = Set(cells.compactMap { $0 }).sorted()
    if known.allSatisfy({ Double($0)?.isFinite == true }) {
      return cells.map { $0.flatMap { Double($0) }.map { [$0] } }
    }
    return cells.map { cell in cell.map { cell in known.dropFirst().map { $0 == cell ? 1 : 0 } } }
  }
}
