import CNIfTI

extension Affine {
  /// Makes an affine from the three rows of four numbers of an sform.
  init<Number: BinaryFloatingPoint>(rows x: [Number], _ y: [Number], _ z: [Number]) {
    func column(_ index: Int) -> SIMD3<Double> { [Double(x[index]), Double(y[index]), Double(z[index])] }
    self.init(i: column(0), j: column(1), k: column(2), origin: column(3))
  }

  /// Returns the row of the sform for world axis 0, 1 or 2.
  func row(_ axis: Int) -> (Double, Double, Double, Double) { (i[axis], j[axis], k[axis], origin[axis]) }

  /// Makes an affine from a qform.
  ///
  /// The rules are those of libnifti and nibabel: a negative qfac reverses the third axis, and any other value does
  /// not. Negative voxel sizes count as their magnitudes, and zero counts as 1. A quaternion longer than 1 is scaled to
  /// length 1. A voxel size that is not finite makes the form unusable.
  /// - Parameters:
  ///   - q: The components b, c and d of the quaternion.
  ///   - offset: The offset in mm.
  ///   - pixdim: The header's `pixdim`: qfac and the voxel sizes.
  init(quaternion q: SIMD3<Double>, offset: SIMD3<Double>, pixdim: [Double]) {
    let m = nifti_quatern_to_dmat44(
      q.x, q.y, q.z, offset.x, offset.y, offset.z, Self.length(pixdim[1]), Self.length(pixdim[2]),
      Self.length(pixdim[3]), pixdim[0] < 0 ? -1 : 1
    ).m
    self.init(
      i: [m.0.0, m.1.0, m.2.0], j: [m.0.1, m.1.1, m.2.1], k: [m.0.2, m.1.2, m.2.2],
      origin: [m.0.3, m.1.3, m.2.3])
    // libnifti would replace a NaN by 1.
    if !pixdim[1...3].allSatisfy(\.isFinite) { i = SIMD3(repeating: .nan) }
  }

  private static func length(_ size: Double) -> Double { size == 0 ? 1 : abs(size) }

  /// Returns the affine with all lengths multiplied by a factor, for conversion between a header's unit and mm.
  func scaled(by factor: Double) -> Affine {
    Affine(i: i * factor, j: j * factor, k: k * factor, origin: origin * factor)
  }

  /// The quaternion and the qfac of the nearest rotation, computed by libnifti.
  var quaternion: (bcd: SIMD3<Double>, qfac: Double) {
    var matrix = nifti_dmat44()
    matrix.m.0 = (i.x, j.x, k.x, origin.x)
    matrix.m.1 = (i.y, j.y, k.y, origin.y)
    matrix.m.2 = (i.z, j.z, k.z, origin.z)
    matrix.m.3 = (0, 0, 0, 1)
    var (b, c, d, qfac) = (0.0, 0.0, 0.0, 0.0)
    nifti_dmat44_to_quatern(matrix, &b, &c, &d, nil, nil, nil, nil, nil, nil, &qfac)
    return (SIMD3(b, c, d), qfac)
  }

  /// The affine, or `nil` if it is singular or not finite.
  var invertible: Affine? {
    guard let inverse, inverse.isFinite, isFinite else { return nil }
    return self
  }

  private var isFinite: Bool { [i, j, k, origin].allSatisfy { $0.sum().isFinite } }

  /// The largest cosine between two of the axes, which is 0 without shear.
  public var shear: Double {
    let length = spacing
    return max(
      abs((i * j).sum()) / (length.x * length.y), abs((j * k).sum()) / (length.y * length.z),
      abs((i * k).sum()) / (length.x * length.z))
  }
}
