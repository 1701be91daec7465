import CTemplates
import Imaging

/// The template inside the program: gray and white matter of 40 heads of OpenNeuro ds002748 (CC0) as grisea segments
/// them, in the space of MNI152 2009a symmetric, 1.5 mm, 113×137×113 voxels; and an atlas of its regions.
/// How both were made is in `Sources/CTemplates/PROVENANCE.md`.
public struct StandardTemplate: Sendable {
  /// The name that BIDS and TemplateFlow have for the space.
  public static let space = "MNI152NLin2009aSym"

  public let maps: TissueMaps
  public let atlas: RegionAtlas

  /// Reads the template from the program.
  public init() throws(NIfTIError) {
    maps = TissueMaps(
      gray: try Self.image(grisea_template_gray, "template, gray matter").volume,
      white: try Self.image(grisea_template_white, "template, white matter").volume)
    let labels = try Self.image(grisea_template_atlas, "template, atlas").labelMap()
    atlas = RegionAtlas(map: labels, regions: RegionAtlas.standardRegions)
  }

  /// The files' bytes, whose hash names the template in what is made with it.
  public static var bytes: [[UInt8]] {
    [grisea_template_gray, grisea_template_white, grisea_template_atlas].map(contents)
  }

  private static func image(
    _ file: (UnsafeMutablePointer<Int>) -> UnsafePointer<UInt8>, _ name: String
  ) throws(NIfTIError) -> NIfTIImage {
    try NIfTIImage(bytes: contents(of: file), path: name)
  }

  private static func contents(of file: (UnsafeMutablePointer<Int>) -> UnsafePointer<UInt8>) -> [UInt8] {
    var count = 0
    let start = file(&count)
    return Array(UnsafeBufferPointer(start: start, count: count))
  }
}
