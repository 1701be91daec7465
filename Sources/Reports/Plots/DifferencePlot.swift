import Foundation

/// A Bland-Altman plot: the differences of two measurements over their means, with bias and limits of agreement.
public struct DifferencePlot: ReportContent {
  /// The two measurements of one subject.
  public struct Point {
    /// The subject's name.
    public let name: String
    /// The measurements.
    public let first, second: Double

    /// Creates a point.
    public init(name: String, first: Double, second: Double) {
      self.name = name
      self.first = first
      self.second = second
    }

    var mean: Double { (first + second) / 2 }
    var difference: Double { first - second }
  }

  /// Title of the plot, and unit of the measurements.
  public let title, unit: String
  private let points: [Point]
  private let bias: Double?
  private let limits: (low: Double, high: Double)?

  /// Creates a plot.
  /// - Parameters:
  ///   - title: title of the plot.
  ///   - unit: unit of the measurements.
  ///   - points: the measurements of the subjects.
  ///   - bias: mean of first − second; `nil` if it is not known.
  ///   - limits: limits of agreement; `nil` if they are not known.
  public init(
    title: String, unit: String, points: [Point], bias: Double?, limits: (low: Double, high: Double)?
  ) {
    self.title = title
    self.unit = unit
    self.points = points
    self.bias = bias
    self.limits = limits
  }

  /// The figure as HTML.
  public var html: String {
    let bounds = [limits?.low, limits?.high, bias].compactMap { $0 }
    let x = PlotAxis(holding: points.map(\.mean), start: 60, end: Drawing.width - 15)
    let y = PlotAxis(
      holding: points.map(\.difference) + bounds + [0], start: Drawing.height - 45, end: 25)
    var drawing = Drawing()
    drawing.horizontal(x, y: y.start, title: "mean of both, \(unit)")
    drawing.vertical(y, x: x.start, title: "\(title): difference, \(unit)")
    if let bias { drawing.line(x.start, y(bias), x.end, y(bias), "mean") }
    for limit in [limits?.low, limits?.high].compactMap({ $0 }) {
      drawing.line(x.start, y(limit), x.end, y(limit), "limit")
    }
    for point in points {
      drawing.dot(
        x(point.mean), y(point.difference),
        title: String(format: "%@: %+.1f %@", point.name, point.difference, unit))
    }
    return drawing.html(caption: words, description: "Bland–Altman plot. " + words)
  }

  private var words: String {
    var text = "\(title), \(points.count) subjects"
    if let bias { text += String(format: ": bias %+.1f %@", bias, unit) }
    if let limits {
      text += String(format: ", limits of agreement %+.1f to %+.1f %@", limits.low, limits.high, unit)
    }
    return text
  }
}
