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
    let plain = CChar(UInt8(ascii: "N"))
    let status = dnnl_sgemm(
      plain, isTransposed ? CChar(UInt8(ascii: "T")) : plain, dnnl_dim_t(rows), dnnl_dim_t(columns),
      dnnl_dim_t(inner), scale, a, dnnl_dim_t(inner), b, dnnl_dim_t(isTransposed ? inner : columns), keeping, &c,
      dnnl_dim_t(columns))
    precondition(status == dnnl_success, "oneDNN multiplies matrices of any size")
  }
}
