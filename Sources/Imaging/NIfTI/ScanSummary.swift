import Files
import Foundation

/// What `inspect` tells of a scan, for a person and for a program.
public struct ScanSummary: Codable, Hashable, Sendable {
  public var path: String
  public var format: NIfTIFormat
  /// As in `int16`.
  public var datatype: String
  /// "little" or "big".
  public var byteOrder: String
  public var shape: SIMD3<Int>
  /// Voxel size in mm along i, j, k.
  public var spacing: SIMD3<Double>
  /// Ends towards which i, j, k run, e.g. LIA.
  public var axes: Orientation
  /// Largest angle in degrees between a voxel axis and its world axis.
  public var obliquity: Double
  public var sformCode, qformCode: Int
  /// The form that gave the affine.
  public var affineFrom: NIfTIHeader.GridSource
  /// Voxel → world RAS mm: the upper three rows.
  public var affine: [[Double]]
  /// Programs that would place the same file elsewhere, or refuse it.
  public var placedElsewhere: [ForeignPlacement]
  /// Voxels that float32 cannot hold as they are stored, and the largest difference.
  public var rounding: NIfTIImage.Rounding
  /// Bytes of content of each header extension.
  public var extensionBytes: [Int]
  public var slope, intercept: Double
  public var minimum, maximum: Float
  /// Fraction of voxels that are exactly 0: large where the head was cut out.
  public var zeroFraction: Double
  public var headerText: String
  /// What is doubtful, in plain words.
  public var doubts: [String]

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

  /// One line of JSON with sorted keys.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  /// Several lines for a person.
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
        return ["  elsewhere  \(placement.program.rawValue) refuses it: \(placement.rule)"]
      }
      let title =
        "  elsewhere  \(placement.program.rawValue) places it up to \(decimals(distance)) mm away: \(placement.rule)"
      return [title] + affine.map { "               " + $0.map(decimals).joined(separator: "  ") }
    }
  }
}

extension Orientation {
  /// Largest angle in degrees between a voxel axis and the world axis it is named after.
  func obliquity(of affine: Affine) -> Double {
    let cosines = (0..<3).map { abs(affine[axis: $0][worldAxes[$0]]) / affine.spacing[$0] }
    return acos(min(cosines.min() ?? 1, 1)) * 180 / .pi
  }
}

/// Four significant digits; -0 loses its sign.
private func decimals(_ value: Double) -> String { String(format: "%.4g", value + 0) }

private func decimals(_ size: SIMD3<Double>) -> String {
  "\(decimals(size.x))×\(decimals(size.y))×\(decimals(size.z))"
}
