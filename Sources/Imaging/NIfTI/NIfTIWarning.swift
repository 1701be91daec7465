/// Something doubtful in a file that was read all the same.
public enum NIfTIWarning: Hashable, Sendable {
  /// Neither sform nor qform says where the voxels are: left and right are assumed.
  case noOrientation
  /// A form with a code above 0 that is not finite or not invertible was passed over.
  case unusableForm(NIfTIHeader.GridSource)
  /// sform and qform place a corner of the grid this many mm apart.
  case formsDisagree(millimetres: Double)
  /// A voxel size in `pixdim` that is zero, negative or not finite, where it was needed.
  case voxelSize(axis: Int, found: Double)
  /// `xyzt_units` names another unit than mm; lengths are read as mm, as other software does.
  case unit(name: String)
  case nonFiniteVoxels(count: Int)
  case nonFiniteIntercept
  /// Fewer than three axes: a slice or a line.
  case notThreeDimensional(axes: Int)
  /// The affine has shear: no qform can express it.
  case shear
  /// Voxels of this size in mm are unusual for a scan of a human head.
  case unusualVoxelSize(SIMD3<Double>)
  /// A field of view of this size in mm is unusual for a scan of a human head.
  case unusualFieldOfView(SIMD3<Double>)
}

extension NIfTIWarning: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noOrientation:
      "no orientation in the header (sform and qform codes are 0): read as RAS and centred; left and right are a guess"
    case .unusableForm(let form): "the \(form.rawValue) is not invertible and was passed over"
    case .formsDisagree(let distance):
      "sform and qform disagree by \(rounded(distance)) mm: the sform is used, other software may use the qform"
    case .voxelSize(let axis, let found): "voxel size \(found) along axis \(axis) is not a length"
    case .unit(let name): "lengths are declared in \(name), and read as mm"
    case .nonFiniteVoxels(let count): "\(count.grouped) voxels are not numbers (NaN or infinite) and were set to 0"
    case .nonFiniteIntercept: "the intercept is not a number and was taken as 0"
    case .notThreeDimensional(let axes): "only \(axes) of three axes: not a whole head"
    case .shear: "the affine has shear, which some software ignores"
    case .unusualVoxelSize(let size): "unusual voxel size for a head: \(millimetres(size))"
    case .unusualFieldOfView(let size): "unusual field of view for a head: \(millimetres(size))"
    }
  }
}

private func rounded(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }

private func millimetres(_ size: SIMD3<Double>) -> String {
  "\(rounded(size.x))×\(rounded(size.y))×\(rounded(size.z)) mm"
}
