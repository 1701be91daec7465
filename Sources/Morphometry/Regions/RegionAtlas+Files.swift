import Imaging
import Statistics

extension RegionAtlas {
  /// Takes the regions of an atlas that was read from files, in the order of their numbers. Gray matter outside all of
  /// them is counted for none.
  /// - Parameter path: of the names, for error messages.
  /// - Throws: `StatisticsError.badAtlas`.
  public init(_ atlas: Atlas, path: String) throws(StatisticsError) {
    let regions = atlas.names.sorted { $0.key < $1.key }.compactMap { number, name in
      UInt16(exactly: number).flatMap { $0 > 0 ? Region(code: $0, name: name) : nil }
    }
    guard !regions.isEmpty else { throw .badAtlas(path: path, reason: "it names no region") }
    self.init(map: atlas.labels, regions: regions)
  }
}
