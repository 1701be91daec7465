import Files
import Foundation

/// One or a few curves over a common axis.
public struct CurvePlot: ReportContent {
  public struct Curve {
    public let name: String
    public let points: [(x: Double, y: Double)]

    public init(name: String, points: [(x: Double, y: Double)]) {
      self.name = name
      self.points = points
    }
  }

  public let title, axis: String
  private let curves: [Curve]

  /// - Parameters:
  ///   - axis: what x is.
  ///   - curves: three at most have colours of their own.
  public init(title: String, axis: String, curves: [Curve]) {
    self.title = title
    self.axis = axis
    self.curves = curves
  }

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
