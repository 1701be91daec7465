import CLAPACK

/// Numbers in rows and columns, column after column in memory as LAPACK has them.
package struct Matrix: Hashable, Sendable {
  package let rows, columns: Int
  /// Element (i, j) at `i + rows·j`.
  package var values: [Double]

  package init(rows: Int, columns: Int, values: [Double]) {
    precondition(values.count == rows * columns, "a matrix has one value for each of its places")
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  package init(rows: Int, columns: Int) {
    self.init(rows: rows, columns: columns, values: Array(repeating: 0, count: rows * columns))
  }

  /// From equally long rows, of which there may be none.
  package init(_ rows: [[Double]], columns: Int) {
    self.init(rows: rows.count, columns: columns)
    for (i, row) in rows.enumerated() { for (j, value) in row.enumerated() { self[i, j] = value } }
  }

  package subscript(i: Int, j: Int) -> Double {
    get { values[i + rows * j] }
    set { values[i + rows * j] = newValue }
  }

  package func row(_ i: Int) -> [Double] { (0..<columns).map { self[i, $0] } }
  package func column(_ j: Int) -> [Double] { Array(values[rows * j..<rows * (j + 1)]) }

  /// These rows, in this order.
  package func rows(at indices: [Int]) -> Matrix {
    var result = Matrix(rows: indices.count, columns: columns)
    for j in 0..<columns { for (n, i) in indices.enumerated() { result[n, j] = self[i, j] } }
    return result
  }

  /// The first columns.
  package func prefix(columns count: Int) -> Matrix {
    Matrix(rows: rows, columns: count, values: Array(values.prefix(rows * count)))
  }

  /// The columns of both, side by side.
  package func appending(_ other: Matrix) -> Matrix {
    precondition(rows == other.rows, "matrices side by side have as many rows")
    return Matrix(rows: rows, columns: columns + other.columns, values: values + other.values)
  }

  /// The rows of both, one below the other.
  package func appending(below other: Matrix) -> Matrix {
    precondition(columns == other.columns, "matrices one below the other have as many columns")
    return Matrix(
      rows: rows + other.rows, columns: columns,
      values: (0..<columns).flatMap { column($0) + other.column($0) })
  }

  package var transposed: Matrix {
    var result = Matrix(rows: columns, columns: rows)
    for j in 0..<columns { for i in 0..<rows { result[j, i] = self[i, j] } }
    return result
  }

  /// `self · x`, or `selfᵀ · x`.
  package func times(_ x: [Double], transposed: Bool = false) -> [Double] {
    precondition(x.count == (transposed ? rows : columns), "one factor for each column")
    var result = [Double](repeating: 0, count: transposed ? columns : rows)
    guard !values.isEmpty else { return result }
    cblas_dgemv(
      CblasColMajor, transposed ? CblasTrans : CblasNoTrans, Int32(rows), Int32(columns), 1, values,
      Int32(rows), x, 1, 0, &result, 1)
    return result
  }

  /// `self · other`, or `selfᵀ · other`.
  package func times(_ other: Matrix, transposed: Bool = false) -> Matrix {
    let (m, inner) = transposed ? (columns, rows) : (rows, columns)
    precondition(inner == other.rows, "one row for each column")
    var result = Matrix(rows: m, columns: other.columns)
    guard !result.values.isEmpty, inner > 0 else { return result }
    cblas_dgemm(
      CblasColMajor, transposed ? CblasTrans : CblasNoTrans, CblasNoTrans, Int32(m), Int32(other.columns),
      Int32(inner), 1, values, Int32(rows), other.values, Int32(other.rows), 0, &result.values, Int32(m))
    return result
  }
}
