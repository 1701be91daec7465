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
  /// An MGH header has no geometry (its `goodRASFlag` is not set).
  case mghWithoutOrientation
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
    case .mghWithoutOrientation:
      "no orientation in the header (goodRASFlag is 0): read as FreeSurfer does, coronal slices of 1 mm voxels with i to the left; left and right are a guess"
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

extension NIfTIHeader {
  /// The voxel sizes in mm that are usual for a scan of a human head.
  static let usualVoxelSize = 0.2...8.0
  /// The fields of view in mm that are usual for a scan of a human head.
  private static let usualFieldOfView = 80.0...500.0
  /// The distance in mm between corners of the two forms above which the forms disagree. Smaller distances are
  /// rounding.
  private static let formTolerance = 0.05
  /// The cosine between two axes above which the affine counts as sheared.
  static let shearTolerance = 1e-3
  /// The squared length of a float32 quaternion can exceed 1 by its rounding. nibabel allows the same.
  private static let quaternionTolerance = 3 * Double(Float.ulpOfOne)

  /// Returns warnings about the geometry.
  func geometryWarnings() -> [NIfTIWarning] {
    var warnings: [NIfTIWarning] = []
    if gridSource == .matrix {
      // The .mat file of SPM gives the positions, so that nothing is uncertain.
    } else if format == .analyze {
      warnings.append(.analyze)
    } else if gridSource == .pixdim {
      warnings.append(format == .mgh ? .mghWithoutOrientation : .noOrientation)
    }
    if sformCode > 0 && sform == nil { warnings.append(.unusableForm(.sform)) }
    if qformCode > 0 && qform == nil { warnings.append(.unusableForm(.qform)) }
    if let sform, let qform {
      let distance = grid.corners.map { length(sform($0) - qform($0)) }.max() ?? 0
      if distance > Self.formTolerance { warnings.append(.formsDisagree(millimetres: distance)) }
    }
    warnings += pixdimWarnings()
    switch units & 7 {
    case 1: warnings.append(.unit(name: "metres", isConverted: millimetresPerUnit != 1))
    case 3: warnings.append(.unit(name: "micrometres", isConverted: millimetresPerUnit != 1))
    default: break
    }
    if dimensions.count < 3 { warnings.append(.notThreeDimensional(axes: dimensions.count)) }
    if grid.affine.shear > Self.shearTolerance { warnings.append(.shear) }
    let spacing = grid.affine.spacing
    let extent = spacing * SIMD3<Double>(grid.shape)
    if !Self.usualVoxelSize.containsAll(of: spacing) { warnings.append(.unusualVoxelSize(spacing)) }
    if !Self.usualFieldOfView.containsAll(of: extent) { warnings.append(.unusualFieldOfView(extent)) }
    return warnings
  }

  /// Returns warnings about voxel sizes, qfac and quaternion, if they are used.
  private func pixdimWarnings() -> [NIfTIWarning] {
    guard qformCode > 0 || gridSource == .pixdim else { return [] }
    var warnings: [NIfTIWarning] = []
    for axis in 1...3 where !(pixdim[axis] > 0 && pixdim[axis].isFinite) {
      warnings.append(.voxelSize(axis: axis, found: pixdim[axis]))
    }
    guard qformCode > 0 else { return warnings }
    if abs(pixdim[0]) != 1 { warnings.append(.qfac(found: pixdim[0])) }
    let squared = (quaternion * quaternion).sum()
    if squared > 1 + Self.quaternionTolerance { warnings.append(.quaternion(length: squared.squareRoot())) }
    return warnings
  }
}

extension Grid {
  /// The voxel indices of the eight corner voxels.
  var corners: [SIMD3<Double>] {
    let last = SIMD3<Double>(shape &- 1)
    return (0..<8).map { [$0 & 1 == 0 ? 0 : last.x, $0 & 2 == 0 ? 0 : last.y, $0 & 4 == 0 ? 0 : last.z] }
  }
}

extension ClosedRange<Double> {
  /// Returns whether the range contains the magnitudes of all three components.
  func containsAll(of size: SIMD3<Double>) -> Bool {
    contains(abs(size.x)) && contains(abs(size.y)) && contains(abs(size.z))
  }
}

private func length(_ vector: SIMD3<Double>) -> Double { (vector * vector).sum().squareRoot() }
