import Foundation
import Statistics

/// A plot of the distribution of one measure over subjects: one dot per subject, with median and quartiles.
public struct StripPlot: ReportContent {
  /// Title of the axis.
  public let title: String
  private let values: [(name: String, value: Double)]

  /// Creates a plot.
  /// - Parameters:
  ///   - title: title of the axis.
  ///   - values: the values with the names of their subjects; those that are not finite are ignored.
  public init(title: String, values: [(name: String, value: Double)]) {
    self.title = title
    self.values = values.filter(\.value.isFinite)
  }

  private static let height = 150.0
  private static let base = 105.0

  /// The figure as HTML.
  public var html: String {
    let sorted = values.map(\.value).sorted()
    let axis = PlotAxis(holding: sorted, start: 20, end: Drawing.width - 20)
    var drawing = Drawing()
    for (index, item) in values.enumerated() {
      // Vertical jitter by the golden ratio, which separates consecutive dots.
      let share = (Double(index) * 0.618034).truncatingRemainder(dividingBy: 1)
      drawing.dot(axis(item.value), 20 + 70 * share, title: "\(item.name): \(Self.number(item.value))")
    }
    let quartiles = [0.25, 0.5, 0.75].map { sorted.isEmpty ? 0 : Resampling.quantile($0, of: sorted) }
    for (value, style) in zip(quartiles, ["limit", "mean", "limit"]) {
      drawing.line(axis(value), 12, axis(value), Self.base, style)
    }
    drawing.horizontal(axis, y: Self.base, title: title)
    let words = quartiles.map(Self.number)
    let description =
      "\(title), \(values.count) scans: median \(words[1]), quartiles \(words[0]) and \(words[2]), "
      + "from \(Self.number(sorted.first ?? 0)) to \(Self.number(sorted.last ?? 0))"
    return drawing.html(caption: description, description: description, height: Self.height)
  }

  private static func number(_ value: Double) -> String {
    String(format: abs(value) >= 100 ? "%.0f" : "%.3g", value)
  }
}
