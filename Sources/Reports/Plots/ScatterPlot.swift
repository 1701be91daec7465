import Foundation

/// A plot of predicted over measured values: one dot per subject, and the line of identity.
public struct ScatterPlot: ReportContent {
  /// The values of one subject.
  public struct Point {
    /// The subject's name.
    public let name: String
    /// The measured and the predicted value.
    public let measured, predicted: Double

    /// Creates a point.
    public init(name: String, measured: Double, predicted: Double) {
      self.name = name
      self.measured = measured
      self.predicted = predicted
    }
  }

  /// Title of the axes.
  public let title: String
  private let points: [Point]
  /// Summary of the agreement for the caption.
  private let verdict: String

  /// Creates a plot.
  /// - Parameters:
  ///   - title: title of the axes.
  ///   - points: the values of the subjects.
  ///   - verdict: a summary for the caption.
  public init(title: String, points: [Point], verdict: String) {
    self.title = title
    self.points = points
    self.verdict = verdict
  }

  /// The figure as HTML.
  public var html: String {
    let measured = points.map(\.measured)
    let x = PlotAxis(holding: measured, start: 60, end: Drawing.width - 15)
    let y = PlotAxis(holding: points.map(\.predicted), start: Drawing.height - 45, end: 25)
    var drawing = Drawing()
    drawing.horizontal(x, y: y.start, title: "\(title), measured")
    drawing.vertical(y, x: x.start, title: "predicted")
    let (low, high) = (max(x.low, y.low), min(x.high, y.high))
    if low < high { drawing.line(x(low), y(low), x(high), y(high), "limit") }
    for point in points {
      drawing.dot(
        x(point.measured), y(point.predicted),
        title: String(
          format: "%@: measured %.4g, predicted %.4g", point.name, point.measured, point.predicted))
    }
    let words = "\(title) of \(points.count) scans, predicted and measured; \(verdict)"
    return drawing.html(caption: words + ". The dashed line is the line of identity.", description: words)
  }
}
