/// Orthonormal columns that span a growing space, by Gram–Schmidt done twice, which is as exact as Householder's
/// reflections ("twice is enough", Giraud et al. 2005) and keeps the order of the columns.
package struct OrthonormalBasis: Sendable {
  private(set) var columns: [[Double]] = []

  /// A column of which less than this share lies outside the space depends on the space.
  private static let tolerance = 1e-9

  /// The part of a vector outside the space.
  package func residual(_ vector: [Double]) -> [Double] {
    var rest = vector
    for _ in 0..<2 {
      for column in columns {
        let share = dot(column, rest)
        for index in rest.indices { rest[index] -= share * column[index] }
      }
    }
    return rest
  }

  /// Adds a column's direction; false where it depends on those that are there.
  @discardableResult
  package mutating func append(_ column: [Double]) -> Bool {
    let rest = residual(column)
    let (length, whole) = (dot(rest, rest).squareRoot(), dot(column, column).squareRoot())
    guard length > Self.tolerance * whole else { return false }
    columns.append(rest.map { $0 / length })
    return true
  }
}

/// The inner product, summed in order.
package func dot(_ a: [Double], _ b: [Double]) -> Double {
  var sum = 0.0
  for index in a.indices { sum += a[index] * b[index] }
  return sum
}
