import Foundation

/// A histogram with a mark at one value.
public struct HistogramPlot: ReportContent {
  /// Title of the axis.
  public let title: String
  private let values: [Double]
  private let mark: Double?
  private let words: String

  /// Creates a histogram.
  /// - Parameters:
  ///   - title: title of the axis.
  ///   - values: the values; those that are not finite are ignored.
  ///   - mark: a value that is marked with a line; `nil` for none.
  ///   - words: the caption.
  public init(title: String, values: [Double], mark: Double?, words: String) {
    self.title = title
    self.values = values.filter(\.isFinite)
    self.mark = mark.flatMap { $0.isFinite ? $0 : nil }
    self.words = words
  }

  private static let bars = 24

  /// Returns the number of values in each of equal parts between the least and the greatest value.
  static func counts(of values: [Double], parts: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: parts)
    guard let low = values.min(), let high = values.max() else { return counts }
    for value in values {
      let share = high > low ? (value - low) / (high - low) : 0.5
      counts[min(parts - 1, Int(share * Double(parts)))] += 1
    }
    return counts
  }

  /// The figure as HTML.
  public var html: String {
    let counts = Self.counts(of: values, parts: Self.bars)
    let (low, high) = (values.min() ?? 0, values.max() ?? 1)
    let x = PlotAxis(holding: values + [mark].compactMap { $0 }, start: 60, end: Drawing.width - 15)
    let y = PlotAxis(holding: [0] + counts.map(Double.init), start: Drawing.height - 45, end: 25)
    var drawing = Drawing()
    drawing.horizontal(x, y: y.start, title: title)
    drawing.vertical(y, x: x.start, title: "count")
    let width = (high - low) / Double(Self.bars)
    for (index, count) in counts.enumerated() where count > 0 {
      let start = low + width * Double(index)
      drawing.bar(x(start), y(Double(count)), max(1, x(start + width) - x(start) - 1), y(0))
    }
    if let mark { drawing.line(x(mark), y.start, x(mark), y.end, "mean") }
    return drawing.html(caption: words, description: "Histogram. " + words)
  }
}
