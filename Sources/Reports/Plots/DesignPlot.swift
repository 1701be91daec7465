import Files
import Foundation

/// The design matrix of a linear model: a row per scan and a column per regressor, dark at the least and bright at the
/// largest value of each column.
public struct DesignPlot: ReportContent {
  /// A regressor.
  public struct Regressor {
    /// The regressor's name.
    public let name: String
    /// Its values, one per scan.
    public let values: [Double]
    /// Whether it is tested.
    public let isTested: Bool

    /// Creates a regressor.
    public init(name: String, values: [Double], isTested: Bool) {
      self.name = name
      self.values = values
      self.isTested = isTested
    }
  }

  private let regressors: [Regressor]

  /// Creates a plot.
  public init(_ regressors: [Regressor]) { self.regressors = regressors }

  /// The most rows that are drawn; of more scans, some at equal steps are shown.
  private static let mostRows = 240
  private static let (left, top, bottom) = (60.0, 25.0, 235.0)

  /// The figure as HTML.
  public var html: String {
    let scans = regressors.map(\.values.count).min() ?? 0
    let rows = min(scans, Self.mostRows)
    let width = (Drawing.width - 75) / Double(max(1, regressors.count))
    let height = (Self.bottom - Self.top) / Double(max(1, rows))
    var drawing = Drawing()
    for (column, regressor) in regressors.enumerated() {
      let x = Self.left + width * Double(column)
      let (low, high) = (regressor.values.min() ?? 0, regressor.values.max() ?? 0)
      for row in 0..<rows {
        let value = regressor.values[row * scans / rows]
        let share = high > low ? (value - low) / (high - low) : 1
        let gray = UInt8(40 + 195 * (share.isFinite ? share : 0))
        // A little higher than the row, so that no gap is seen between rows.
        drawing.field(
          x, Self.top + height * Double(row), width - 1, height + 0.2, SIMD3(repeating: gray))
      }
      drawing.text("\(column + 1)\(regressor.isTested ? " (tested)" : "")", x + width / 2, Self.bottom + 18)
    }
    drawing.text("scans", 4, 12, anchor: "start")
    drawing.text("1", Self.left - 7, Self.top + 10, anchor: "end")
    drawing.text("\(scans)", Self.left - 7, Self.bottom, anchor: "end")
    let names = regressors.enumerated().map { "\($0 + 1) \($1.name)\($1.isTested ? " (tested)" : "")" }
    let words =
      "Design matrix of \(scans) scans and \(regressors.count) regressors: \(names.joined(separator: ", "))"
    return drawing.html(
      caption: words + ". Each column is scaled from its least (dark) to its largest value (bright).",
      description: words, height: Self.bottom + 30)
  }
}
