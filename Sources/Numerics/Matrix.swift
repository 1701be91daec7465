import CLAPACK

/// A dense matrix of float64 values, stored column by column as LAPACK requires.
package struct Matrix: Hashable, Sendable {
  /// The numbers of rows and columns.
  package let rows, columns: Int
  /// The elements: (i, j) is at `i + rows·j`.
  package var values: [Double]

  /// Makes a matrix from its elements, given column by column.
  package init(rows: Int, columns: Int, values: [Double]) {
    precondition(values.count == rows * columns, "a matrix needs rows × columns values")
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  /// Makes a matrix of zeros.
  package init(rows: Int, columns: Int) {
    self.init(rows: rows, columns: columns, values: Array(repeating: 0, count: rows * columns))
  }

  /// Makes a matrix from rows of equal length. There may be no rows.
  package init(_ rows: [[Double]], columns: Int) {
    self.init(rows: rows.count, columns: columns)
    for (i, row) in rows.enumerated() { for (j, value) in row.enumerated() { self[i, j] = value } }
  }

  /// The element in row `i` and column `j`.
  package subscript(i: Int, j: Int) -> Double {
    get { values[i + rows * j] }
    set { values[i + rows * j] = newValue }
  }

  /// Returns the elements of row `i`.
  package func row(_ i: Int) -> [Double] { (0..<columns).map { self[i, $0] } }
  /// Returns the elements of column `j`.
  package func column(_ j: Int) -> [Double] { Array(values[rows * j..<rows * (j + 1)]) }

  /// Returns the matrix of the rows at the given indices, in this order.
  package func rows(at indices: [Int]) -> Matrix {
    var result = Matrix(rows: indices.count, columns: columns)
    for j in 0..<columns { for (n, i) in indices.enumerated() { result[n, j] = self[i, j] } }
    return result
  }

  /// Returns the matrix of the first `count` columns.
  package func prefix(columns count: Int) -> Matrix {
    Matrix(rows: rows, columns: count, values: Array(values.prefix(rows * count)))
  }

  /// Returns the matrix with the columns of `other` to the right of its own.
  package func appending(_ other: Matrix) -> Matrix {
    precondition(rows == other.rows, "matrices side by side must have equal numbers of rows")
    return Matrix(rows: rows, columns: columns + other.columns, values: values + other.values)
  }

  /// Returns the matrix with the rows of `other` below its own.
  package func appending(below other: Matrix) -> Matrix {
    precondition(columns == other.columns, "stacked matrices must have equal numbers of columns")
    return Matrix(
      rows: rows + other.rows, columns: columns,
      values: (0..<columns).flatMap { column($0) + other.column($0) })
  }

  /// The transpose [columns, rows].
  package var transposed: Matrix {
    var result = Matrix(rows: columns, columns: rows)
    for j in 0..<columns { for i in 0..<rows { result[j, i] = self[i, j] } }
    return result
  }

  /// Returns the product `self · x` or, if `transposed`, `selfᵀ · x`.
  package func times(_ x: [Double], transposed: Bool = false) -> [Double] {
    precondition(x.count == (transposed ? rows : columns), "the vector must have one element for each column")
    var result = [Double](repeating: 0, count: transposed ? columns : rows)
    guard !values.isEmpty else { return result }
    cblas_dgemv(
      CblasColMajor, transposed ? CblasTrans : CblasNoTrans, Int32(rows), Int32(columns), 1, values,
      Int32(rows), x, 1, 0, &result, 1)
    return result
  }

  /// Returns the product `self · other` or, if `transposed`, `selfᵀ · other`.
  package func times(_ other: Matrix, transposed: Bool = false) -> Matrix {
    let (m, inner) = transposed ? (columns, rows) : (rows, columns)
    precondition(inner == other.rows, "the inner dimensions of a product must be equal")
    var result = Matrix(rows: m, columns: other.columns)
    guard !result.values.isEmpty, inner > 0 else { return result }
    cblas_dgemm(
      CblasColMajor, transposed ? CblasTrans : CblasNoTrans, CblasNoTrans, Int32(m), Int32(other.columns),
      Int32(inner), 1, values, Int32(rows), other.values, Int32(other.rows), 0, &result.values, Int32(m))
    return result
  }
}
