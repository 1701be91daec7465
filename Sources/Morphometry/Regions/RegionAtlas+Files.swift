import Imaging
import Statistics

extension RegionAtlas {
  /// Reads an atlas: the one inside the program, or files. Regions of files are in the order of their numbers, and gray
  /// matter outside all of them is counted for none.
  /// - Throws: `StatisticsError.badAtlas`, or `NIfTIError` where the image cannot be read.
  public init(_ files: AtlasFiles) throws {
    guard files != .standard else {
      self = try StandardTemplate().atlas
      return
    }
    let atlas = try Atlas(files)
    let regions = atlas.names.sorted { $0.key < $1.key }.compactMap { number, name in
      UInt16(exactly: number).flatMap { $0 > 0 ? Region(code: $0, name: name) : nil }
    }
    guard !regions.isEmpty else {
      throw StatisticsError.badAtlas(path: files.labels, reason: "it names no region")
    }
    self.init(map: atlas.labels, regions: regions)
  }
}
