/// A column of the participants' tables that is predicted: numbers, or one of two classes.
public struct TargetMeasure: Hashable, Sendable {
  /// The type of a target.
  public enum Kind: String, Hashable, Codable, Sendable, CaseIterable { case continuous, binary }

  /// The column's name.
  public let name: String
  /// Whether the target is numeric or binary.
  public let kind: Kind
  /// Names of the classes 0 and 1; empty for a numeric target.
  public let classes: [String]
  /// One value per cell; `nil` for missing values.
  let values: [Double?]

  /// Determines the type of a target and parses its values.
  /// - Parameters:
  ///   - name: the column's name.
  ///   - cells: the column's cells; `nil` for missing values.
  ///   - kind: the type; by default two different values are classes, and more are numbers.
  /// - Throws: `AssociationError` if the cells are neither numbers nor two classes.
  init(name: String, cells: [String?], kind: Kind?) throws(AssociationError) {
    let known = Set(cells.compactMap { $0 })
    let numbers = known.compactMap { Double($0) }.filter(\.isFinite)
    let isNumeric = numbers.count == known.count
    // `1` and `1.0` are one value.
    let distinct = isNumeric ? Set(numbers).count : known.count
    guard distinct > 1 else { throw .constant(column: name) }
    if kind == .binary, distinct != 2 { throw .notTwoValues(column: name, found: distinct) }
    self.name = name
    if kind != .continuous && distinct == 2 {
      self.kind = .binary
      if isNumeric, let least = numbers.min(), let greatest = numbers.max() {
        classes = ([least, greatest] as [Double]).map { value in
          known.sorted().first { Double($0) == value } ?? "\(value)"
        }
        values = cells.map { $0.flatMap { Double($0) }.map { $0 == greatest ? 1 : 0 } }
      } else {
        let words = known.sorted()
        classes = words
        values = cells.map { $0.map { $0 == words[1] ? 1 : 0 } }
      }
    } else if isNumeric {
      self.kind = .continuous
      classes = []
      values = cells.map { $0.flatMap { Double($0) } }
    } else {
      let mixed = MixedColumn.words(in: Array(known))
      guard mixed.isEmpty else { throw .mixedColumn(column: name, words: mixed) }
      throw .noMeasure(column: name, values: Array(known.sorted().prefix(5)))
    }
  }

  /// Returns the regressors of a covariate for each cell: a number as one column, words as one indicator column for
  /// each word except the first. `nil` for missing values.
  /// - Throws: `AssociationError` if numbers and words are mixed, or if nearly every cell has its own word.
  static func covariate(_ name: String, _ cells: [String?]) throws(AssociationError) -> [[Double]?] {
    let values = cells.compactMap { $0 }
    let known = Set(values).sorted()
    if known.allSatisfy({ Double($0)?.isFinite == true }) {
      return cells.map { $0.flatMap { Double($0) }.map { [$0] } }
    }
    let mixed = MixedColumn.words(in: known)
    guard mixed.isEmpty else { throw .mixedColumn(column: name, words: mixed) }
    guard 2 * known.count <= values.count else {
      throw .tooManyWords(column: name, found: known.count, scans: values.count)
    }
    return cells.map { cell in cell.map { cell in known.dropFirst().map { $0 == cell ? 1 : 0 } } }
  }
}
