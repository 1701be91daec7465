import COneDNN

/// C ← scale · A B + keeping · C of row-major matrices, by oneDNN.
struct MatrixProduct {
  /// Of C.
  var rows, columns: Int
  /// Columns of A.
  var inner: Int
  var scale: Float = 1
  var keeping: Float = 0
  /// Whether B is given as its transpose.
  var isTransposed = false

  func compute(_ a: [Float], _ b: [Float], into c: inout [Float]) {
    precondition(a.count == rows * inner && b.count == inner * columns && c.count == rows * columns)
    let (plain, transposed) = (CChar(UInt8(ascii: "N")), CChar(UInt8(ascii: "T")))
    let (m, n, k) = (dnnl_dim_t(rows), dnnl_dim_t(columns), dnnl_dim_t(inner))
    let status = dnnl_sgemm(
      plain, isTransposed ? transposed : plain, m, n, k, scale, a, k, b, isTransposed ? k : n, keeping, &c, n)
    precondition(status == dnnl_success, "oneDNN multiplies matrices of any size")
  }
}
