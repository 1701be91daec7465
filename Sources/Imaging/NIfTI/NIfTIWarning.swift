/// A warning about a file that was read nevertheless.
public enum NIfTIWarning: Hashable, Sendable {
  /// Neither sform nor qform gives an orientation, so that left and right are assumed.
  case noOrientation
  /// A form with a code above 0 is not finite or not invertible, and was ignored.
  case unusableForm(NIfTIHeader.GridSource)
  /// The sform and the qform place a corner of the grid this many mm apart.
  case formsDisagree(millimetres: Double)
  /// A needed voxel size in `pixdim` is zero, negative or not finite.
  case voxelSize(axis: Int, found: Double)
  /// `pixdim[0]` is neither -1 nor 1, although there is a qform.
  case qfac(found: Double)
  /// The quaternion b, c, d of the qform is longer than that of a rotation.
  case quaternion(length: Double)
  /// `xyzt_units` declares a unit other than mm, which was converted or treated as a mistake.
  case unit(name: String, isConverted: Bool)
  /// The file has the format Analyze 7.5, which has no orientation.
  case analyze
  /// The `.mat` file beside an Analyze image was not written by SPM.
  case unusableMatrix(path: String, reason: String)
  /// `bitpix` contradicts the datatype. The datatype is used.
  case bitsPerVoxel(found: Int, datatype: NIfTIDatatype)
  /// `vox_offset` is 0 in a single file.
  case voxelOffsetZero(used: Int)
  /// The extension blocks between header and voxels claim impossible sizes.
  case brokenExtensions
  /// The slope is not finite.
  case nonFiniteSlope
  /// Some voxels are whole numbers that float32 cannot represent. Their number and the largest difference are given.
  case rounded(count: Int, largest: Double)
  /// Some voxels are not finite, and were set to 0.
  case nonFiniteVoxels(count: Int)
  /// Some labels are not whole numbers but within 0.001 of one, and were rounded.
  case roundedLabels(count: Int)
  /// The intercept is not finite.
  case nonFiniteIntercept
  /// The image has fewer than three axes: it is a slice or a line.
  case notThreeDimensional(axes: Int)
  /// The affine has shear, which no qform can express.
  case shear
  /// The voxel size in mm is unusual for a scan of a human head.
  case unusualVoxelSize(SIMD3<Double>)
  /// The field of view in mm is unusual for a scan of a human head.
  case unusualFieldOfView(SIMD3<Double>)
}

extension NIfTIWarning {
  /// Whether the warning is about a size that is unusual for a head, and has no meaning for other images.
  public var isAboutHeads: Bool {
    switch self {
    case .notThreeDimensional, .unusualVoxelSize, .unusualFieldOfView: true
    default: false
    }
  }
}

extension NIfTIWarning: CustomStringConvertible {
  /// A phrase for the user: what was found and how it was handled.
  public var description: String {
    switch self {
    case .noOrientation:
      "no orientation in the header (sform and qform codes are 0): read as RAS and centred; left and right are a guess"
    case .unusableForm(let form): "the \(form.rawValue) is not invertible and was ignored"
    case .formsDisagree(let distance):
      "sform and qform disagree by \(hundredths(distance)) mm: the sform is used, other software may use the qform"
    case .voxelSize(let axis, let found):
      "voxel size \(found) along axis \(axis) is not a length, and was replaced"
    case .qfac(let found): "pixdim[0] is \(found), neither -1 nor 1: taken as \(found < 0 ? -1 : 1)"
    case .quaternion(let length):
      "the qform's quaternion has length \(hundredths(length)), above 1: scaled to 1; nibabel refuses such a qform"
    case .unit(let name, let isConverted):
      isConverted
        ? "lengths are declared in \(name), and converted to mm; ITK does so too, nibabel and FSL read them as mm"
        : "lengths are declared in \(name), but are usual for a head in mm: read as mm; ITK converts them"
    case .analyze:
      "Analyze 7.5 has no orientation: read as SPM and nibabel do, with i running to the left; left and right are a guess"
    case .unusableMatrix(let path, let reason): "\(path) \(reason): not used"
    default: dataDescription
    }
  }

  private var dataDescription: String {
    switch self {
    case .bitsPerVoxel(let found, let datatype):
      "the header says \(found) bits per voxel, but \(datatype) has \(8 * datatype.bytes): read as \(datatype)"
    case .voxelOffsetZero(let used): "the header says that voxels start at byte 0: read from byte \(used)"
    case .brokenExtensions: "header extensions are damaged, and were not all read"
    case .nonFiniteSlope: "the slope is not a number: voxels are read unscaled"
    case .rounded(let count, let largest):
      "\(count.grouped) voxels are whole numbers beyond float32's 24 bits, and are off by up to \(hundredths(largest))"
    case .nonFiniteVoxels(let count):
      "\(count.grouped) voxels are not numbers (NaN, infinite or beyond float32) and were set to 0"
    case .roundedLabels(let count):
      "\(count.grouped) labels were not whole numbers, but within 0.001 of one, and were rounded"
    case .nonFiniteIntercept: "the intercept is not a number and was taken as 0"
    case .notThreeDimensional(let axes): "only \(axes) of three axes: not a whole head"
    case .shear: "the affine has shear, which some software ignores"
    case .unusualVoxelSize(let size): "unusual voxel size for a head: \(millimetres(size))"
    case .unusualFieldOfView(let size): "unusual field of view for a head: \(millimetres(size))"
    default: "doubtful"
    }
  }
}

private func hundredths(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }

private func millimetres(_ size: SIMD3<Double>) -> String {
  "\(hundredths(size.x))×\(hundredths(size.y))×\(hundredths(size.z)) mm"
}
