import Files
import Foundation

/// The summary of a scan that `inspect` prints, as text or as JSON.
public struct ScanSummary: Codable, Hashable, Sendable {
  /// The path of the file, as given by the user.
  public var path: String
  /// The layout of the header.
  public var format: NIfTIFormat
  /// The storage type, for example `int16`.
  public var datatype: String
  /// The byte order: "little" or "big".
  public var byteOrder: String
  /// The numbers of voxels along i, j and k.
  public var shape: SIMD3<Int>
  /// The voxel size in mm along i, j and k.
  public var spacing: SIMD3<Double>
  /// The ends towards which i, j and k run, for example LIA.
  public var axes: Orientation
  /// The largest angle in degrees between a voxel axis and its world axis.
  public var obliquity: Double
  /// The codes of the two forms.
  public var sformCode, qformCode: Int
  /// The form that gives the affine.
  public var affineFrom: NIfTIHeader.GridSource
  /// The upper three rows of the affine from voxel indices to world RAS mm.
  public var affine: [[Double]]
  /// The programs that place the file elsewhere, or reject it.
  public var placedElsewhere: [ForeignPlacement]
  /// The voxels whose stored values float32 cannot represent, and the largest difference.
  public var rounding: NIfTIImage.Rounding
  /// The number of bytes of content of each header extension.
  public var extensionBytes: [Int]
  /// A stored value v means `slope·v + intercept`.
  public var slope, intercept: Double
  /// The smallest and the largest voxel.
  public var minimum, maximum: Float
  /// The fraction of voxels that are exactly 0. It is large after skull stripping.
  public var zeroFraction: Double
  /// The free text of the header.
  public var headerText: String
  /// The warnings as phrases.
  public var doubts: [String]

  /// Summarizes a scan.
  public init(_ image: NIfTIImage) {
    let (header, grid) = (image.header, image.volume.grid)
    let affine = grid.affine
    path = image.path
    datatype = "\(header.datatype)"
    byteOrder = header.isBigEndian ? "big" : "little"
    shape = grid.shape
    spacing = affine.spacing
    axes = Orientation(affine)
    obliquity = axes.obliquity(of: affine)
    (sformCode, qformCode, affineFrom) = (header.sformCode, header.qformCode, header.gridSource)
    self.affine = affine.upperRows
    format = header.format
    placedElsewhere = ForeignPlacement.differing(from: header)
    rounding = image.rounding
    extensionBytes = header.extensions.map(\.content.count)
    (slope, intercept) = (header.slope, header.intercept)
    var (low, high, zeros) = (Float.infinity, -Float.infinity, 0)
    for value in image.volume.voxels {
      low = min(low, value)
      high = max(high, value)
      if value == 0 { zeros += 1 }
    }
    (minimum, maximum) = (low, high)
    zeroFraction = Double(zeros) / Double(grid.count)
    headerText = header.description
    doubts = header.warnings.map(\.description)
    if low == high { doubts.append("all voxels are \(low): there is nothing to segment") }
    if let correction = BackgroundCorrection(of: image.volume) {
      doubts += correction.findings.map { "where intensities are scaled, \($0)" }
    }
  }

  /// Returns one line of JSON with sorted keys.
  public func json() throws -> String {
    String(decoding: try JSONText.compact(self), as: UTF8.self)
  }

  /// The summary as several lines for reading by people.
  public var text: String {
    let size = spacing * SIMD3<Double>(shape)
    let lines =
      [
        path,
        "  voxels     \(shape.x)×\(shape.y)×\(shape.z), \(format.rawValue), \(datatype), \(byteOrder) endian, values \(decimals(Double(minimum))) to \(decimals(Double(maximum)))",
        "  size       \(decimals(spacing)) mm each, \(decimals(size)) mm in all",
        "  axes       \(axes), \(decimals(obliquity))° oblique",
        "  affine     from the \(affineFrom.rawValue) (sform code \(sformCode), qform code \(qformCode))",
      ] + affine.map { "             " + $0.map(decimals).joined(separator: "  ") }
      + ["  zero       \(decimals(100 * zeroFraction)) % of the voxels"]
      + precisionLines + placementLines + doubts.map { "  doubtful   \($0)" }
    return lines.joined(separator: "\n")
  }
}

extension ScanSummary {
  private var precisionLines: [String] {
    guard rounding.count > 0 else { return [] }
    return [
      "  precision  \(rounding.count.grouped) voxels are rounded to float32, by at most \(decimals(rounding.largest))"
    ]
  }

  private var placementLines: [String] {
    placedElsewhere.flatMap { placement -> [String] in
      guard let affine = placement.affine, let distance = placement.distance else {
        return ["  elsewhere  \(placement.program.rawValue) rejects it: \(placement.rule)"]
      }
      let title =
        "  elsewhere  \(placement.program.rawValue) places it up to \(decimals(distance)) mm away: \(placement.rule)"
      return [title] + affine.map { "               " + $0.map(decimals).joined(separator: "  ") }
    }
  }
}

extension Orientation {
  /// Returns the largest angle in degrees between a voxel axis and the world axis that it is named after.
  func obliquity(of affine: Affine) -> Double {
    let cosines = (0..<3).map { abs(affine[axis: $0][worldAxes[$0]]) / affine.spacing[$0] }
    return acos(min(cosines.min() ?? 1, 1)) * 180 / .pi
  }
}

/// Returns a number with four significant digits. -0 loses its sign.
private func decimals(_ value: Double) -> String { String(format: "%.4g", value + 0) }

private func decimals(_ size: SIMD3<Double>) -> String {
  "\(decimals(size.x))×\(decimals(size.y))×\(decimals(size.z))"
}
