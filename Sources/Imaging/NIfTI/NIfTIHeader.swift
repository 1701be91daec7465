/// What a header says (NIfTI-1, NIfTI-2 or Analyze 7.5): enough to judge a file, and to write results that lie where their source lies.
public struct NIfTIHeader: Hashable, Sendable {
  public var format: NIfTIFormat
  /// Whether voxels are in a file of their own (`.hdr` and `.img`).
  public var isPair: Bool
  /// Blocks between header and voxels.
  public var extensions: [NIfTIExtension]
  public var datatype: NIfTIDatatype
  /// `dim[1...dim[0]]` as found: numbers of voxels along each axis.
  public var dimensions: [Int]
  /// `pixdim[0...7]` as found: qfac (-1 or 1), voxel sizes, time step.
  public var pixdim: [Double]
  /// `xyzt_units` as found.
  public var units: UInt8
  /// mm of one of the header's units of length: 1, or 1000 or 0.001 where it declares metres or micrometres and that
  /// gives a possible head. Forms and grid are in mm, `pixdim` and `quaternionOffset` as found.
  public var millimetresPerUnit: Double
  /// What the forms mean: 0 unknown, 1 scanner, 2 aligned, 3 Talairach, 4 MNI 152.
  public var qformCode, sformCode: Int
  /// Quaternion b, c, d and the offset of the qform as found, kept because a matrix does not give them back
  /// to the last bit.
  public var quaternion, quaternionOffset: SIMD3<Double>
  /// Voxel → world RAS mm of the form, `nil` where its code is 0 or the matrix cannot be inverted.
  public var qform, sform: Affine?
  /// A stored value v means `slope·v + intercept`; 1 and 0 where the header asks for no scaling.
  public var slope, intercept: Double
  /// Free text of up to 80 bytes.
  public var description: String
  /// Display range that the file suggests.
  public var displayRange: ClosedRange<Float>?
  /// Byte of the file at which voxels start.
  public var voxelOffset: Int
  public var isBigEndian: Bool
  /// Where `grid` was taken from.
  public var gridSource: GridSource
  /// Shape, and the affine by the rule: sform if its code is above 0, else qform if its code is above 0, else
  /// voxel sizes on the diagonal with the middle of the grid at the world's origin. Analyze 7.5 is read as SPM and
  /// nibabel do: by SPM's `.mat` file beside it; without one i runs to the left, and the origin is SPM's where the header
  /// has one.
  public var grid: Grid
  public var warnings: [NIfTIWarning]

  public enum GridSource: String, Codable, Sendable {
    case sform, qform, pixdim
    /// SPM's `.mat` file beside an Analyze image.
    case matrix = ".mat file"
  }
}
