import CNIfTI

extension Affine {
  typealias Row = (Float, Float, Float, Float)

  /// The sform: three rows of four.
  init(rows x: Row, _ y: Row, _ z: Row) {
    self.init(
      i: [Double(x.0), Double(y.0), Double(z.0)], j: [Double(x.1), Double(y.1), Double(z.1)],
      k: [Double(x.2), Double(y.2), Double(z.2)], origin: [Double(x.3), Double(y.3), Double(z.3)])
  }

  /// The rows of the sform.
  var rows: (x: Row, y: Row, z: Row) {
    func row(_ axis: Int) -> Row { (Float(i[axis]), Float(j[axis]), Float(k[axis]), Float(origin[axis])) }
    return (row(0), row(1), row(2))
  }

  /// The qform: a rotation as the quaternion's b, c, d, an offset in mm, and `pixdim` (qfac, voxel sizes).
  init(quaternion q: SIMD3<Float>, offset: SIMD3<Float>, pixdim: [Float]) {
    // A voxel size of zero would be replaced by 1 inside libnifti; `pixdim` of NaN makes the form unusable.
    let m = nifti_quatern_to_dmat44(
      Double(q.x), Double(q.y), Double(q.z), Double(offset.x), Double(offset.y), Double(offset.z),
      Double(abs(pixdim[1])), Double(abs(pixdim[2])), Double(abs(pixdim[3])), pixdim[0] < 0 ? -1 : 1
    ).m
    self.init(
      i: [m.0.0, m.1.0, m.2.0], j: [m.0.1, m.1.1, m.2.1], k: [m.0.2, m.1.2, m.2.2],
      origin: [m.0.3, m.1.3, m.2.3])
  }

  /// The quaternion and qfac of the nearest rotation, by libnifti.
  var quaternion: (bcd: SIMD3<Float>, qfac: Float) {
    var matrix = nifti_dmat44()
    matrix.m.0 = (i.x, j.x, k.x, origin.x)
    matrix.m.1 = (i.y, j.y, k.y, origin.y)
    matrix.m.2 = (i.z, j.z, k.z, origin.z)
    matrix.m.3 = (0, 0, 0, 1)
    var (b, c, d, qfac) = (0.0, 0.0, 0.0, 0.0)
    nifti_dmat44_to_quatern(matrix, &b, &c, &d, nil, nil, nil, nil, nil, nil, &qfac)
    return (SIMD3(Float(b), Float(c), Float(d)), Float(qfac))
  }

  /// Self, unless it is singular or not finite.
  var invertible: Affine? {
    guard let inverse, inverse.isFinite, isFinite else { return nil }
    return self
  }

  private var isFinite: Bool { [i, j, k, origin].allSatisfy { $0.sum().isFinite } }

  /// Largest cosine between two of the axes: 0 without shear.
  public var shear: Double {
    let length = spacing
    return max(
      abs((i * j).sum()) / (length.x * length.y), abs((j * k).sum()) / (length.y * length.z),
      abs((i * k).sum()) / (length.x * length.z))
  }
}
