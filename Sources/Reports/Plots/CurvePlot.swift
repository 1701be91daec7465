import Files
import Foundation

/// A plot of one or more curves over a common axis.
public struct CurvePlot: ReportContent {
  /// One curve.
  public struct Curve {
    /// Name of the curve.
    public let name: String
    /// The points of the curve.
    public let points: [(x: Double, y: Double)]

    /// Creates a curve.
    public init(name: String, points: [(x: Double, y: Double)]) {
      self.name = name
      self.points = points
    }
  }

  /// Titles of the vertical and of the horizontal axis.
  public let title, axis: String
  private let curves: [Curve]

  /// Creates a plot.
  /// - Parameters:
  ///   - title: title of the vertical axis.
  ///   - axis: title of the horizontal axis.
  ///   - curves: the curves; the first three have their own colors.
  public init(title: String, axis: String, curves: [Curve]) {
    self.title = title
    self.axis = axis
    self.curves = curves
  }

  /// The figure as HTML.
  public var html: String {
    let points = curves.flatMap(\.points)
    let x = PlotAxis(holding: points.map(\.x), start: 60, end: Drawing.width - 60)
    let y = PlotAxis(holding: points.map(\.y), start: Drawing.height - 45, end: 25)
    var drawing = Drawing()
    drawing.horizontal(x, y: y.start, title: axis)
    drawing.vertical(y, x: x.start, title: title)
    for (index, curve) in curves.enumerated() {
      drawing.curve(curve.points.map { (x($0.x), y($0.y)) }, "curve-\(index)")
      if let last = curve.points.last {
        drawing.text(curve.name, x(last.x) + 6, y(last.y) + 4, anchor: "start")
      }
    }
    let ends = curves.compactMap { curve in
      curve.points.last.map { "\(curve.name) \(String(format: "%.4g", $0.y))" }
    }
    let words = "\(title) over \(axis), at the end " + ends.joined(separator: ", ")
    return drawing.html(caption: words, description: words)
  }
}
