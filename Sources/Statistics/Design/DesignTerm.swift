/// A part of a design as it is typed: a column, `a:b` for an interaction, `a*b` for an interaction with its main effects.
package struct DesignTerm: Hashable, Sendable {
  /// Columns of tables whose product it is.
  package var factors: [String]

  package var name: String { factors.joined(separator: ":") }

  /// The term that stands for no column of a table: the mean of the maps.
  package static let intercept = DesignTerm(factors: ["intercept"])
  package var isIntercept: Bool { self == Self.intercept }

  /// The terms that a text stands for, the main effects first.
  package static func parse(_ text: String) throws(StatisticsError) -> [DesignTerm] {
    let factors = text.split(omittingEmptySubsequences: false) { "*:".contains($0) }.map(String.init)
    guard factors.allSatisfy({ !$0.isEmpty }), factors.count <= 3,
      !(text.contains("*") && text.contains(":")), Set(factors).count == factors.count
    else { throw .badTerm(term: text) }
    guard text.contains("*") else { return [DesignTerm(factors: factors)] }
    // All products of some of the factors, by their number.
    let products = (1..<1 << factors.count).map { subset in
      DesignTerm(factors: factors.indices.filter { subset >> $0 & 1 == 1 }.map { factors[$0] })
    }
    return products.enumerated().sorted {
      ($0.element.factors.count, $0.offset) < ($1.element.factors.count, $1.offset)
    }.map(\.element)
  }
}
