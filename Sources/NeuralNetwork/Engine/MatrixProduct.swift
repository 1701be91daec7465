import COneDNN

/// The product C ← scale · A B + keeping · C of row-major matrices, computed by oneDNN.
struct MatrixProduct {
  /// The numbers of rows and columns of C.
  var rows, columns: Int
  /// The number of columns of A.
  var inner: Int
  /// The factor of the product.
  var scale: Float = 1
  /// The factor of the old values of C.
  var keeping: Float = 0
  /// Whether B is given as its transpose.
  var isTransposed = false

  /// Computes the product.
  /// - Parameters:
  ///   - a: The matrix A [rows, inner].
  ///   - b: The matrix B [inner, columns], or its transpose.
  ///   - c: The matrix C [rows, columns].
  func compute(_ a: [Float], _ b: [Float], into c: inout [Float]) {
    precondition(a.count == rows * inner && b.count == inner * columns && c.count == rows * columns)
    let (plain, transposed) = (CChar(UInt8(ascii: "N")), CChar(UInt8(ascii: "T")))
    let (m, n, k) = (dnnl_dim_t(rows), dnnl_dim_t(columns), dnnl_dim_t(inner))
    let status = dnnl_sgemm(
      plain, isTransposed ? transposed : plain, m, n, k, scale, a, k, b, isTransposed ? k : n, keeping, &c, n)
    precondition(status == dnnl_success, "oneDNN must multiply matrices of any size")
  }
}
