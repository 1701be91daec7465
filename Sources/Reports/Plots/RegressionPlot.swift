import Files
import Foundation

/// A plot of one measure over another: one dot per subject, and the least-squares line.
public struct RegressionPlot: ReportContent {
  /// The values of one subject.
  public struct Point {
    /// The subject's name.
    public let name: String
    /// The values along the horizontal and the vertical axis.
    public let x, y: Double

    /// Creates a point.
    public init(name: String, x: Double, y: Double) {
      self.name = name
      self.x = x
      self.y = y
    }
  }

  /// Titles of the axes.
  public let xTitle, yTitle: String
  private let points: [Point]
  private let words: String

  /// Creates a plot.
  /// - Parameters:
  ///   - xTitle: title of the horizontal axis.
  ///   - yTitle: title of the vertical axis.
  ///   - points: the values of the subjects; those that are not finite are left out.
  ///   - words: the caption.
  public init(xTitle: String, yTitle: String, points: [Point], words: String) {
    self.xTitle = xTitle
    self.yTitle = yTitle
    self.points = points.filter { $0.x.isFinite && $0.y.isFinite }
    self.words = words
  }

  /// Slope and intercept of the least-squares line; `nil` where all x are equal.
  public var line: (slope: Double, intercept: Double)? {
    let count = Double(max(1, points.count))
    let (x, y) = (points.reduce(0) { $0 + $1.x } / count, points.reduce(0) { $0 + $1.y } / count)
    let spread = points.reduce(0) { $0 + ($1.x - x) * ($1.x - x) }
    guard spread > 0 else { return nil }
    let slope = points.reduce(0) { $0 + ($1.x - x) * ($1.y - y) } / spread
    return (slope, y - slope * x)
  }

  /// The figure as HTML.
  public var html: String {
    let x = PlotAxis(holding: points.map(\.x), start: 60, end: Drawing.width - 15)
    let y = PlotAxis(holding: points.map(\.y), start: Drawing.height - 45, end: 25)
    var drawing = Drawing()
    drawing.horizontal(x, y: y.start, title: xTitle)
    drawing.vertical(y, x: x.start, title: yTitle)
    for point in points {
      drawing.dot(
        x(point.x), y(point.y), title: String(format: "%@: %.4g, %.4g", point.name, point.x, point.y))
    }
    if let line, let low = points.map(\.x).min(), let high = points.map(\.x).max() {
      let ends = [low, high].map { (x($0), y(line.intercept + line.slope * $0)) }
      drawing.line(ends[0].0, ends[0].1, ends[1].0, ends[1].1, "mean")
    }
    return drawing.html(caption: words, description: "Scatter plot. " + words)
  }
}
