import Foundation

/// The format of numbers in tables and on pages.
package enum TableCell {
  /// The text of a missing value, as in BIDS tables.
  package static let missing = "n/a"

  /// Returns the text of a number, or `n/a` if the number is missing, infinite or NaN.
  /// - Parameters:
  ///   - value: The number.
  ///   - format: A `printf` format for one `Double`.
  package static func text(_ value: Double?, _ format: String) -> String {
    value.finite.map { String(format: format, $0) } ?? missing
  }
}

extension Double? {
  /// The number, or `nil` if it is infinite or NaN: neither JSON nor a BIDS table can represent such a number.
  package var finite: Double? { flatMap { $0.isFinite ? $0 : nil } }
}
