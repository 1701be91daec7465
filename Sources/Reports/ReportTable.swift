/// A table that its reader can sort by any column.
public struct ReportTable: ReportContent {
  public struct Column {
    public let name: String
    /// Whether it stands to the right, as numbers do.
    public let isNumber: Bool

    public init(_ name: String, isNumber: Bool = true) {
      self.name = name
      self.isNumber = isNumber
    }
  }

  public struct Row {
    var cells: [Cell]
    let isDoubtful: Bool

    /// - Parameters:
    ///   - link: where the first cell leads, as in `#sub-01`.
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

  public let caption: String
  public let columns: [Column]
  private let rows: [Row]

  /// - Parameter rows: each has a cell for each column.
  public init(caption: String, columns: [Column], rows: [Row]) {
    precondition(rows.allSatisfy { $0.cells.count == columns.count }, "a row has a cell for each column")
    self.caption = caption
    self.columns = columns
    self.rows = rows.map { row in
      var row = row
      for index in row.cells.indices { row.cells[index].isNumber = columns[index].isNumber }
      return row
    }
  }

  public var html: String { ReportTemplates.render(self, .table) }
}
