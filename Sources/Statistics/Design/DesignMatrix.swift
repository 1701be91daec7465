import Foundation

/// The regressors of a linear model: an intercept, then the tested term, then covariates.
///
/// A column of numbers is centered on its mean. A column of words has one regressor for each word but the first in
/// alphabetical order, the reference: 1 in the word's group and 0 elsewhere, centered too. An interaction is the product
/// of the regressors of its factors. A regressor that depends on those before it is left out and named in the warnings.
public struct DesignMatrix: Hashable, Sendable {
  /// One regressor: a column of the matrix.
  public struct Column: Hashable, Sendable {
    /// `age`, `sex[m]`, `age:sex[m]`.
    public var name: String
    /// The term that it is of, such as `age:sex`.
    public var term: String
    /// One value for each participant.
    public var values: [Double]
    /// How many times the variance of its coefficient is what it would be without the other regressors; `nil` for the
    /// intercept.
    public var varianceInflation: Double?
  }

  /// Participants with a map and all values, in the order of the maps.
  public let participants: [String]
  /// The place of each participant's map among all maps.
  public let maps: [Int]
  public let columns: [Column]
  /// The name of the tested term.
  public let tested: String
  public let warnings: [DesignWarning]

  public var rank: Int { columns.count }
  public var degreesOfFreedom: Int { participants.count - rank }

  /// - Parameters:
  ///   - participants: one for each map.
  ///   - tables: of which the first that knows a participant's value counts.
  ///   - tested: `intercept` for the mean of one sample, a column, or an interaction.
  ///   - required: columns that need a value too, such as the column of blocks.
  /// - Throws: `StatisticsError`.
  public init(
    participants all: [String], tables: [ParticipantTable], tested text: String, covariates: [String] = [],
    required: [String] = []
  ) throws(StatisticsError) {
    var terms = try DesignTerm.parse(text)
    let last = terms.removeLast()
    var seen: Set<DesignTerm> = [last]
    for name in covariates { terms += try DesignTerm.parse(name) }
    terms = terms.filter { seen.insert($0).inserted }

    let names = ([last] + terms).flatMap(\.factors).filter { $0 != DesignTerm.intercept.name }
    let source = try DesignColumns(participants: all, tables: tables, names: names + required)
    var found: [Column] = [
      Column(
        name: "intercept", term: "intercept", values: source.maps.map { _ in 1 }, varianceInflation: nil)
    ]
    for term in [last] + terms where !term.isIntercept { found += try source.columns(of: term) }

    // Covariates come before the tested term where it is asked what depends on what: a test must not win by order.
    var basis = OrthonormalBasis()
    let ranked = found.filter { $0.term != last.name } + found.filter { $0.term == last.name }
    let dependent = Set(ranked.filter { !basis.append($0.values) }.map(\.name))
    found.removeAll { dependent.contains($0.name) }
    guard found.contains(where: { $0.term == last.name }) else { throw .notEstimable(contrast: last.name) }
    for index in found.indices.dropFirst() {
      found[index].varianceInflation = Self.varianceInflation(of: index, found)
    }
    guard source.maps.count > found.count else {
      throw .noDegreesOfFreedom(participants: source.maps.count, rank: found.count)
    }
    self.participants = source.maps.map { all[$0] }
    maps = source.maps
    columns = found
    tested = last.name
    warnings =
      source.warnings + dependent.sorted().map(DesignWarning.dependent) + source.smallGroups(of: last)
      + DesignWarning.doubts(columns: found, tested: last.name, participants: source.maps.count)
  }

  /// The contrast of the tested term: t where it is one regressor, else F over all of them.
  public var contrast: Contrast {
    let rows = columns.indices.filter { columns[$0].term == tested }.map { index in
      columns.indices.map { $0 == index ? 1.0 : 0 }
    }
    return Contrast(name: tested, weights: rows)
  }

  /// 1 / (1 − R²) of a regressor on all others.
  private static func varianceInflation(of index: Int, _ columns: [Column]) -> Double {
    var others = OrthonormalBasis()
    for (place, column) in columns.enumerated() where place != index { others.append(column.values) }
    let values = columns[index].values
    let mean = values.reduce(0, +) / Double(values.count)
    let (centered, rest) = (values.map { $0 - mean }, others.residual(values))
    return dot(centered, centered) / dot(rest, rest)
  }
}
