/// Colors of a statistical map: orange to yellow for positive and blue to light blue for negative values, none below a
/// threshold. They can be distinguished with all types of color vision.
public struct SignedScale: Hashable, Sendable {
  /// Values whose absolute value is below this have no color.
  public let threshold: Float
  /// Absolute value with the brightest color; larger ones have the same.
  public let limit: Float

  /// Creates a scale.
  /// - Parameters:
  ///   - threshold: the smallest absolute value with a color; at least 0.
  ///   - limit: the absolute value with the brightest color; raised above the threshold where it is not.
  public init(threshold: Float, limit: Float) {
    precondition(threshold >= 0, "the threshold must not be negative")
    self.threshold = threshold
    self.limit = max(limit, threshold * 1.01 + .leastNormalMagnitude)
  }

  private static let positive: (SIMD3<Float>, SIMD3<Float>) = ([200, 60, 0], [255, 240, 110])
  private static let negative: (SIMD3<Float>, SIMD3<Float>) = ([30, 80, 230], [150, 240, 255])

  /// Returns the color of a value; `nil` below the threshold and for values that are not finite.
  public func colour(_ value: Float) -> SIMD3<UInt8>? {
    guard value.isFinite, value != 0, abs(value) >= threshold else { return nil }
    let share = min((abs(value) - threshold) / (limit - threshold), 1)
    let (dark, bright) = value < 0 ? Self.negative : Self.positive
    return SIMD3<UInt8>(dark + (bright - dark) * share, rounding: .toNearestOrEven)
  }

  /// Returns the scale below a picture: from the negative to the positive limit, gray in the middle.
  /// - Parameters:
  ///   - name: name of the statistic.
  ///   - isSigned: whether negative values are shown.
  package func bar(_ name: String, isSigned: Bool = true) -> ReportPicture.Scale {
    let fields = 41
    let colours = (0..<fields).map { place -> SIMD3<UInt8> in
      let share = Float(place) / Float(fields - 1)
      let position = isSigned ? 2 * share - 1 : share
      let size = threshold + abs(position) * (limit - threshold)
      return abs(position) < 0.02 && isSigned
        ? [96, 96, 96] : colour(position < 0 ? -size : size) ?? [96, 96, 96]
    }
    let (start, end) = (Self.text(threshold), Self.text(limit))
    return isSigned
      ? .init(
        colours: colours, low: "−\(end)", middle: threshold > 0 ? "\(name), from ±\(start)" : name,
        high: "+\(end)")
      : .init(colours: colours, low: start, middle: name, high: end)
  }

  private static func text(_ value: Float) -> String {
    let tenths = (value * 10).rounded() / 10
    return tenths == tenths.rounded() ? String(Int(tenths)) : String(tenths)
  }
}
