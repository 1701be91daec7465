import CLAPACK

/// A factorisation that did not come to an end, which finite numbers hardly ever cause.
public struct LinearAlgebraError: Error, Hashable, CustomStringConvertible {
  /// LAPACK's name of what failed.
  public var routine: String
  /// Its `info`.
  public var code: Int

  public var description: String { "\(routine) of LAPACK failed with code \(code)" }
}

/// `U · diag(s) · Vᵀ`, without the directions in which there is nothing.
package struct SingularValues: Sendable {
  /// [rows, rank], [columns, rank].
  package var left, right: Matrix
  /// In descending order.
  package var values: [Double]
}

extension Matrix {
  /// Singular values below this share of the largest are rounding.
  private static let rankTolerance = 1e-10
  /// LAPACK's letters for as many vectors as there are values, and for the upper triangle.
  private static let thin = CChar(UInt8(ascii: "S"))
  private static let upper = CChar(UInt8(ascii: "U"))

  /// By divide and conquer (LAPACK's `dgesdd`).
  package func singularValues() throws(LinearAlgebraError) -> SingularValues {
    let count = min(rows, columns)
    var (copy, s) = (values, [Double](repeating: 0, count: count))
    var left = Matrix(rows: rows, columns: count)
    var right = Matrix(rows: count, columns: columns)
    if count > 0 {
      let info = LAPACKE_dgesdd(
        LAPACK_COL_MAJOR, Self.thin, Int32(rows), Int32(columns), &copy, Int32(rows), &s,
        &left.values, Int32(rows), &right.values, Int32(count))
      guard info == 0 else { throw LinearAlgebraError(routine: "dgesdd", code: Int(info)) }
    }
    let rank = s.prefix { $0 > Self.rankTolerance * (s.first ?? 0) && $0 > 0 }.count
    return SingularValues(
      left: left.prefix(columns: rank), right: right.transposed.prefix(columns: rank),
      values: Array(s.prefix(rank)))
  }

  /// The B of least norm that brings `self · B` closest to `targets`, columns that depend on others included (`dgelsd`).
  package func leastSquares(_ targets: Matrix) throws(LinearAlgebraError) -> Matrix {
    precondition(rows == targets.rows, "one row of targets for each row")
    guard rows > 0, columns > 0, targets.columns > 0 else {
      return Matrix(rows: columns, columns: targets.columns)
    }
    let height = max(rows, columns)
    var solution = Matrix(rows: height, columns: targets.columns)
    for j in 0..<targets.columns { for i in 0..<rows { solution[i, j] = targets[i, j] } }
    var (copy, s, rank) = (values, [Double](repeating: 0, count: min(rows, columns)), Int32(0))
    let info = LAPACKE_dgelsd(
      LAPACK_COL_MAJOR, Int32(rows), Int32(columns), Int32(targets.columns), &copy, Int32(rows),
      &solution.values, Int32(height), &s, Self.rankTolerance, &rank)
    guard info == 0 else { throw LinearAlgebraError(routine: "dgelsd", code: Int(info)) }
    return solution.rows(at: Array(0..<columns))
  }

  /// The x with `self · x = right` for a symmetric positive definite matrix (`dposv`); `nil` where it is none.
  package func solvedPositiveDefinite(_ right: [Double]) -> [Double]? {
    precondition(rows == columns && right.count == rows, "as many equations as unknowns")
    var (copy, solution) = (values, right)
    let info = LAPACKE_dposv(
      LAPACK_COL_MAJOR, Self.upper, Int32(rows), 1, &copy, Int32(rows), &solution, Int32(rows))
    return info == 0 ? solution : nil
  }
}
