/// Where another program would place the same file: its affine, or why it refuses the file.
///
/// The rules are those of nibabel 5.4 and ITK 5.4, tried with files (`ForeignPlacementTests`), and of FSL 6 and SPM 12
/// as documented. All give voxel → world RAS mm.
public struct ForeignPlacement: Codable, Hashable, Sendable {
  public enum Program: String, Codable, CaseIterable, Sendable {
    case nibabel
    case itk = "ITK"
    case fslSPM = "FSL/SPM"
  }

  public var program: Program
  /// The upper three rows; `nil` where the program refuses the file.
  public var affine: [[Double]]?
  /// The rule, in plain words.
  public var rule: String
  /// Largest distance in mm between a corner of the grid there and here; `nil` without an affine.
  public var distance: Double?

  /// Corners closer than this (mm) are in the same place.
  private static let tolerance = 0.01

  /// The programs that place the file elsewhere than this one, or refuse it.
  static func differing(from header: NIfTIHeader) -> [ForeignPlacement] {
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

  func placement(by program: ForeignPlacement.Program) -> Placement {
    switch program {
    case .nibabel: nibabelPlacement
    case .itk: itkPlacement
    case .fslSPM: fslPlacement
    }
  }

  /// A form in the unit of the header, taken for mm.
  private func unconverted(_ form: Affine) -> Affine { form.scaled(by: 1 / millimetresPerUnit) }

  private var sizes: SIMD3<Double> {
    [abs(pixdim[1]), abs(pixdim[2]), abs(pixdim[3])].map { $0.isFinite && $0 > 0 ? $0 : 1 }.vector
  }

  /// sform, else qform, else centred with i to the left; lengths as mm.
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

  private var centredToTheLeft: Affine {
    let steps = sizes * SIMD3(-1, 1, 1)
    return Affine(spacing: steps, origin: -steps * SIMD3<Double>(grid.shape &- 1) / 2)
  }

  /// The sform where it has no shear and is of the scanner's space or alone, else the qform; voxel sizes always from
  /// `pixdim`, lengths in the declared unit.
  private var itkPlacement: Placement {
    let factor = units & 7 == 1 ? 1000.0 : units & 7 == 3 ? 0.001 : 1
    let rule = factor == 1 ? "" : ", lengths in the declared unit"
    let isRigid = (sform?.shear ?? 1) < Self.shearTolerance
    // A negative voxel size turns its axis round in ITK; here and in nibabel it does not.
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

  /// sform, else qform, else i to the left; lengths as mm.
  private var fslPlacement: Placement {
    if let sform { return (unconverted(sform), "the sform, lengths as mm") }
    if let qform { return (unconverted(qform), "the qform, lengths as mm") }
    if gridSource == .matrix { return (grid.affine, "SPM's .mat file, which FSL does not read") }
    if format == .analyze { return (grid.affine, "SPM's origin or the middle, i to the left") }
    return (centredToTheLeft, "no form: i to the left; the middle at the origin in SPM, voxel 0 in FSL")
  }
}

extension Affine {
  /// Three rows of four.
  var upperRows: [[Double]] { (0..<3).map { [i[$0], j[$0], k[$0], origin[$0]] } }
}

extension [Double] {
  fileprivate var vector: SIMD3<Double> { [self[0], self[1], self[2]] }
}
