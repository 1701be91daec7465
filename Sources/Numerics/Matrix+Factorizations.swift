import CLAPACK

/// A failure of a LAPACK routine. Finite input hardly ever causes one.
public struct LinearAlgebraError: Error, Hashable, CustomStringConvertible {
  /// The name of the LAPACK routine that failed, for example `dgesdd`.
  public var routine: String
  /// The value of LAPACK's `info`.
  public var code: Int

  /// A sentence for the user, without a file name.
  public var description: String { "\(routine) of LAPACK failed with code \(code)" }
}

/// A singular value decomposition `U · diag(s) · Vᵀ`, restricted to the directions with a non-zero singular value.
package struct SingularValues: Sendable {
  /// The left singular vectors U [rows, rank] and the right singular vectors V [columns, rank].
  package var left, right: Matrix
  /// The singular values s [rank], in descending order.
  package var values: [Double]
}

extension Matrix {
  /// Singular values below this share of the largest are treated as 0: they are rounding errors.
  private static let rankTolerance = 1e-10
  /// LAPACK's letters for the thin decomposition, and for the two triangles.
  private static let thin = CChar(UInt8(ascii: "S"))
  private static let (upper, lower) = (CChar(UInt8(ascii: "U")), CChar(UInt8(ascii: "L")))

  /// Returns the thin singular value decomposition, computed by divide and conquer (LAPACK's `dgesdd`).
  /// - Throws: `LinearAlgebraError` if the iteration does not converge.
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

  /// Returns the least-squares solution B of `self · B = targets` with the smallest norm (LAPACK's `dgelsd`).
  ///
  /// The columns may be linearly dependent. They are scaled to unit length first, so that neither their units nor a large
  /// mean decides which of them count as dependent; the norm is that of the scaled solution.
  /// - Parameter targets: The right-hand sides [rows, targets].
  /// - Returns: The coefficients [columns, targets].
  /// - Throws: `LinearAlgebraError` if the iteration does not converge.
  package func leastSquares(_ targets: Matrix) throws(LinearAlgebraError) -> Matrix {
    precondition(rows == targets.rows, "targets must have one row for each row of the matrix")
    guard rows > 0, columns > 0, targets.columns > 0 else {
      return Matrix(rows: columns, columns: targets.columns)
    }
    let height = max(rows, columns)
    var solution = Matrix(rows: height, columns: targets.columns)
    for j in 0..<targets.columns { for i in 0..<rows { solution[i, j] = targets[i, j] } }
    let lengths = (0..<columns).map { j in
      let length = column(j).reduce(0) { $0 + $1 * $1 }.squareRoot()
      return length > 0 && length.isFinite ? length : 1
    }
    var (scaled, s, rank) = (self, [Double](repeating: 0, count: min(rows, columns)), Int32(0))
    for j in 0..<columns { for i in 0..<rows { scaled[i, j] /= lengths[j] } }
    let info = LAPACKE_dgelsd(
      LAPACK_COL_MAJOR, Int32(rows), Int32(columns), Int32(targets.columns), &scaled.values, Int32(rows),
      &solution.values, Int32(height), &s, Self.rankTolerance, &rank)
    guard info == 0 else { throw LinearAlgebraError(routine: "dgelsd", code: Int(info)) }
    for j in 0..<targets.columns { for i in 0..<columns { solution[i, j] /= lengths[i] } }
    return solution.rows(at: Array(0..<columns))
  }

  /// Returns the solution x of `self · x = right` for a symmetric positive definite matrix (LAPACK's `dposv`).
  /// - Parameters:
  ///   - right: The right-hand side [rows].
  ///   - isLower: Whether the lower triangle of the matrix is read instead of the upper one.
  /// - Returns: The solution [rows], or `nil` if the matrix is not positive definite.
  package func solvedPositiveDefinite(_ right: [Double], isLower: Bool = false) -> [Double]? {
    precondition(
      rows == columns && right.count == rows, "the matrix must be square and have one row per equation")
    var (copy, solution) = (values, right)
    let info = LAPACKE_dposv(
      LAPACK_COL_MAJOR, isLower ? Self.lower : Self.upper, Int32(rows), 1, &copy, Int32(rows), &solution,
      Int32(rows))
    return info == 0 ? solution : nil
  }
}
