import Files
import Foundation

/// A plot of the predictions for two classes: one row of dots per class, with its median.
public struct ClassPlot: ReportContent {
  /// One class.
  public struct Class {
    /// Name of the class.
    public let name: String
    /// The predictions, with the names of the subjects.
    public let values: [(name: String, value: Double)]

    /// Creates a class.
    public init(name: String, values: [(name: String, value: Double)]) {
      self.name = name
      self.values = values
    }
  }

  /// Title of the axis.
  public let title: String
  private let classes: [Class]
  /// The value that separates the classes.
  private let boundary: Double
  private let verdict: String

  /// Creates a plot.
  /// - Parameters:
  ///   - title: title of the axis.
  ///   - classes: the classes.
  ///   - boundary: the value that separates the classes.
  ///   - verdict: a summary for the caption.
  public init(title: String, classes: [Class], boundary: Double, verdict: String) {
    self.title = title
    self.classes = classes
    self.boundary = boundary
    self.verdict = verdict
  }

  private static let row = 90.0

  /// The figure as HTML.
  public var html: String {
    let values = classes.flatMap { $0.values.map(\.value) }
    let axis = PlotAxis(holding: values + [boundary], start: 20, end: Drawing.width - 20)
    let base = 15 + Self.row * Double(classes.count)
    var drawing = Drawing()
    drawing.line(axis(boundary), 12, axis(boundary), base, "limit")
    for (number, group) in classes.enumerated() {
      let top = 12 + Self.row * Double(number)
      drawing.text("\(group.name), \(group.values.count) scans", axis.start, top + 12, anchor: "start")
      for (index, item) in group.values.enumerated() {
        // Vertical jitter by the golden ratio, which separates consecutive dots.
        let share = (Double(index) * 0.618034).truncatingRemainder(dividingBy: 1)
        drawing.dot(
          axis(item.value), top + 25 + 50 * share, title: String(format: "%@: %.3g", item.name, item.value))
      }
      let middle = axis(Self.median(group.values.map(\.value)))
      drawing.line(middle, top + 20, middle, top + 80, "mean")
    }
    drawing.horizontal(axis, y: base, title: title)
    let medians = classes.map { group in
      String(format: "%@ %.3g", group.name, Self.median(group.values.map(\.value)))
    }
    let words = "\(title): medians of \(medians.joined(separator: " and ")); \(verdict)"
    return drawing.html(
      caption: words + ". The dashed line is the boundary.", description: words, height: base + 45)
  }

  /// Returns the median; 0 without values.
  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    guard let last = sorted.last else { return 0 }
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + min(sorted[middle], last)) / 2
  }
}
