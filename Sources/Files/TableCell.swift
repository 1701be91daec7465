import Foundation

/// Numbers as cells of tables and pages, all by one rule.
package enum TableCell {
  /// What stands where there is no value, as in tables of BIDS.
  package static let missing = "n/a"

  /// A number, or `n/a` for what has no value, or none that is finite: a quotient of nothing by nothing is no result.
  /// - Parameter format: as of `printf`, for one `Double`.
  package static func text(_ value: Double?, _ format: String) -> String {
    value.finite.map { String(format: format, $0) } ?? missing
  }
}

extension Double? {
  /// `nil` for infinities and NaN too, which neither JSON nor a table of BIDS can hold.
  package var finite: Double? { flatMap { $0.isFinite ? $0 : nil } }
}
