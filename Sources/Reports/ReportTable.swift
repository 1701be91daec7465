/// A table that can be sorted by any column.
public struct ReportTable: ReportContent {
  /// A column.
  public struct Column {
    /// The column's heading.
    public let name: String
    /// Whether the cells are numbers, which are aligned right.
    public let isNumber: Bool

    /// Creates a column.
    public init(_ name: String, isNumber: Bool = true) {
      self.name = name
      self.isNumber = isNumber
    }
  }

  /// A row.
  public struct Row {
    var cells: [Cell]
    let isDoubtful: Bool

    /// Creates a row.
    /// - Parameters:
    ///   - cells: the cells.
    ///   - link: target of a link in the first cell, such as `#sub-01`; `nil` for none.
    ///   - isDoubtful: whether the row is marked.
    public init(_ cells: [String], link: String? = nil, isDoubtful: Bool = false) {
      self.cells = cells.enumerated().map { Cell(text: $1, link: $0 == 0 ? link : nil, isNumber: false) }
      self.isDoubtful = isDoubtful
    }
  }

  struct Cell {
    let text: String
    let link: String?
    var isNumber: Bool
  }

  /// The caption.
  public let caption: String
  /// The columns.
  public let columns: [Column]
  private let rows: [Row]

  /// Creates a table.
  /// - Parameters:
  ///   - caption: the caption.
  ///   - columns: the columns.
  ///   - rows: the rows, with one cell per column.
  public init(caption: String, columns: [Column], rows: [Row]) {
    precondition(rows.allSatisfy { $0.cells.count == columns.count }, "each row needs one cell per column")
    self.caption = caption
    self.columns = columns
    self.rows = rows.map { row in
      var row = row
      for index in row.cells.indices { row.cells[index].isNumber = columns[index].isNumber }
      return row
    }
  }

  /// The table as HTML.
  public var html: String { ReportTemplates.render(self, .table) }
}
