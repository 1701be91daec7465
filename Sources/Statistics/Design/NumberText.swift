import Foundation

/// A number in text with so many digits after the point.
package func rounded(_ value: Double, _ digits: Int) -> String {
  let text = String(format: "%.\(digits)f", value)
  // Minus zero is zero.
  return text.hasPrefix("-") && !text.contains { "123456789".contains($0) } ? String(text.dropFirst()) : text
}

/// A number in text with at most four significant digits.
package func significant(_ value: Double) -> String { String(format: "%.4g", value) }
