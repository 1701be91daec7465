/// The placement of a file by another program: its affine, or the reason for which the program rejects the file.
///
/// The rules are those of nibabel 5.4 and ITK 5.4, which were tested with files (`ForeignPlacementTests`), and those of
/// FSL 6 and SPM 12 according to their documentation. All affines map voxel indices to world RAS coordinates in mm.
public struct ForeignPlacement: Codable, Hashable, Sendable {
  /// A program with its own rule for the placement.
  public enum Program: String, Codable, CaseIterable, Sendable {
    case nibabel
    case itk = "ITK"
    case fslSPM = "FSL/SPM"
  }

  /// The program.
  public var program: Program
  /// The upper three rows of the affine, or `nil` if the program rejects the file.
  public var affine: [[Double]]?
  /// The program's rule, or the reason for the rejection, as a phrase.
  public var rule: String
  /// The largest distance in mm between a corner of the grid in the program and here, or `nil` without an affine.
  public var distance: Double?

  /// Corners closer than this (mm) have the same position.
  private static let tolerance = 0.01

  /// Returns the programs that place the file elsewhere than grisea, or reject it; none for MGH, whose geometry has one
  /// reading.
  static func differing(from header: NIfTIHeader) -> [ForeignPlacement] {
    guard header.format != .mgh else { return [] }
    let grid = header.grid
    return Program.allCases.compactMap { program in
      let (affine, rule) = header.placement(by: program)
      guard let affine else {
        return ForeignPlacement(program: program, affine: nil, rule: rule, distance: nil)
      }
      let distances = grid.corners.map { corner -> Double in
        let offset = affine(corner) - grid.affine(corner)
        return (offset * offset).sum().squareRoot()
      }
      let distance = distances.max() ?? 0
      guard !(distance <= tolerance) else { return nil }
      return ForeignPlacement(program: program, affine: affine.upperRows, rule: rule, distance: distance)
    }
  }
}

extension NIfTIHeader {
  typealias Placement = (affine: Affine?, rule: String)

  /// Returns the placement of the file by a program.
  func placement(by program: ForeignPlacement.Program) -> Placement {
    switch program {
    case .nibabel: nibabelPlacement
    case .itk: itkPlacement
    case .fslSPM: fslPlacement
    }
  }

  /// Returns a form in the unit of the header, interpreted as mm.
  private func unconverted(_ form: Affine) -> Affine { form.scaled(by: 1 / millimetresPerUnit) }

  /// The magnitudes of the voxel sizes in `pixdim`, with 1 for sizes that are no length.
  private var sizes: SIMD3<Double> {
    [abs(pixdim[1]), abs(pixdim[2]), abs(pixdim[3])].map { $0.isFinite && $0 > 0 ? $0 : 1 }.vector
  }

  /// The rule of nibabel: the sform, else the qform, else a centred grid with i to the left. Lengths are read as mm.
  private var nibabelPlacement: Placement {
    if let sform { return (unconverted(sform), "the sform, lengths as mm") }
    if qformCode > 0 && sformCode == 0 {
      let squared = (quaternion * quaternion).sum()
      guard squared <= 1 + 3 * Double(Float.ulpOfOne) else { return (nil, "a quaternion longer than 1") }
      if let qform { return (unconverted(qform), "the qform, lengths as mm") }
    }
    if gridSource == .matrix { return (grid.affine, "SPM's .mat file") }
    if format == .analyze { return (grid.affine, "SPM's origin or the middle, i to the left") }
    return (centredToTheLeft, "no form: the middle at the origin, i to the left")
  }

  /// The affine of a grid with i to the left and its middle at the origin.
  private var centredToTheLeft: Affine {
    let steps = sizes * SIMD3(-1, 1, 1)
    return Affine(spacing: steps, origin: -steps * SIMD3<Double>(grid.shape &- 1) / 2)
  }

  /// The rule of ITK: the sform if it has no shear and either describes scanner space or is the only form, else the
  /// qform. The voxel sizes are always those of `pixdim`, and lengths have the declared unit.
  private var itkPlacement: Placement {
    let factor = units & 7 == 1 ? 1000.0 : units & 7 == 3 ? 0.001 : 1
    let rule = factor == 1 ? "" : ", lengths in the declared unit"
    let isRigid = (sform?.shear ?? 1) < Self.shearTolerance
    // ITK reverses an axis with a negative voxel size. grisea and nibabel do not.
    let signs = SIMD3((1...3).map { pixdim[$0] < 0 ? -1.0 : 1 })
    let remark = signs == .one ? "" : ", axes of negative voxel size turned round"
    func turned(_ form: Affine, _ factors: SIMD3<Double>) -> Affine {
      Affine(i: form.i * factors.x, j: form.j * factors.y, k: form.k * factors.z, origin: form.origin)
        .scaled(by: factor)
    }
    if let sform, isRigid, sformCode == 1 || qformCode == 0 {
      let form = unconverted(sform)
      let text = "the sform's axes with pixdim's voxel sizes\(rule)\(remark)"
      return (turned(form, signs * sizes / form.spacing), text)
    }
    if let qform { return (turned(unconverted(qform), signs), "the qform\(rule)\(remark)") }
    if sform != nil { return (nil, "an sform with shear and no qform") }
    let steps = sizes * SIMD3(-1, -1, 1)
    return (
      Affine(spacing: steps).scaled(by: factor),
      "no form: i to the left, j to the back, voxel 0 at the origin"
    )
  }

  /// The rule of FSL and SPM: the sform, else the qform, else i to the left. Lengths are read as mm.
  private var fslPlacement: Placement {
    if let sform { return (unconverted(sform), "the sform, lengths as mm") }
    if let qform { return (unconverted(qform), "the qform, lengths as mm") }
    if gridSource == .matrix { return (grid.affine, "SPM's .mat file, which FSL does not read") }
    if format == .analyze { return (grid.affine, "SPM's origin or the middle, i to the left") }
    return (centredToTheLeft, "no form: i to the left; the middle at the origin in SPM, voxel 0 in FSL")
  }
}

extension Affine {
  /// The three rows of four numbers.
  var upperRows: [[Double]] { (0..<3).map { [i[$0], j[$0], k[$0], origin[$0]] } }
}

extension [Double] {
  fileprivate var vector: SIMD3<Double> { [self[0], self[1], self[2]] }
}
