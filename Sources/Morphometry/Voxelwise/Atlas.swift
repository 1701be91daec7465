import Foundation
import Imaging
import Statistics

/// Names of regions for places in mm.
public struct Atlas: Sendable {
  /// The image's file name; `grisea` for the atlas inside the program.
  public let name: String
  /// Under which terms it may be used, in one line.
  public let license: String
  package let labels: LabelMap
  private let inverse: Affine
  package let names: [Int: String]

  /// What stands for places outside all regions.
  package static let outside = "outside"

  /// - Throws: `StatisticsError.badAtlas`, or `NIfTIError` where the image cannot be read.
  public init(_ files: AtlasFiles) throws {
    guard files != .standard else {
      let atlas = try StandardTemplate().atlas
      guard let inverse = atlas.map.grid.affine.inverse else {
        throw StatisticsError.badAtlas(path: files.image, reason: "its affine has no inverse")
      }
      (labels, self.inverse, name) = (atlas.map, inverse, "grisea")
      names = Dictionary(uniqueKeysWithValues: atlas.regions.map { (Int($0.code), $0.name) })
      license = AtlasLicense.standard
      return
    }
    labels = try NIfTIImage(contentsOf: files.image).labelMap()
    guard let inverse = labels.grid.affine.inverse else {
      throw StatisticsError.badAtlas(path: files.image, reason: "its affine has no inverse")
    }
    self.inverse = inverse
    let found = try RegionNames(contentsOf: files.labels)
    names = found.byLabel
    license = AtlasLicense.line(of: files, comments: found.comments)
    self.name = (files.image as NSString).lastPathComponent
  }

  /// The labels of the image, other than 0, that have no name.
  public var unnamedLabels: [Int] {
    Set(labels.labels).map(Int.init).filter { $0 != 0 && names[$0] == nil }.sorted()
  }

  /// The region at a place in mm, of the nearest voxel.
  public func region(at position: SIMD3<Double>) -> String {
    let voxel = inverse(position)
    let (i, j, k) = (
      Int(voxel.x.rounded()), Int(voxel.y.rounded()), Int(voxel.z.rounded())
    )
    let shape = labels.grid.shape
    guard (0..<shape.x).contains(i), (0..<shape.y).contains(j), (0..<shape.z).contains(k) else {
      return Self.outside
    }
    let label = Int(labels.labels[labels.grid.offset(i, j, k)])
    return label == 0 ? Self.outside : names[label] ?? "label \(label)"
  }

  /// Regions of several places and the share of each, the largest first.
  package func shares(_ positions: [SIMD3<Double>]) -> [(region: String, share: Double)] {
    let counts = Dictionary(grouping: positions.map(region), by: { $0 }).mapValues(\.count)
    return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
      ($0.key, Double($0.value) / Double(positions.count))
    }
  }
}
