import Foundation

/// What was predicted over what was measured: a dot for each subject, and the line on which both are the same.
public struct ScatterPlot: ReportContent {
  public struct Point {
    public let name: String
    public let measured, predicted: Double

    public init(name: String, measured: Double, predicted: Double) {
      self.name = name
      self.measured = measured
      self.predicted = predicted
    }
  }

  public let title: String
  private let points: [Point]
  /// How well both agree, in words.
  private let verdict: String

  public init(title: String, points: [Point], verdict: String) {
    self.title = title
    self.points = points
    self.verdict = verdict
  }

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
    return drawing.html(caption: words + ". Both are the same on the dashed line.", description: words)
  }
}
