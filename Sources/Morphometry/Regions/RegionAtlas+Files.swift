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
    let byName = Dictionary(grouping: regions, by: \.name)
    if let twice = regions.first(where: { (byName[$0.name]?.count ?? 0) > 1 }) {
      throw .badAtlas(
        path: path, reason: "several labels have the name `\(twice.name)`; needed one name for each")
    }
    self.init(map: atlas.labels, regions: regions)
  }
}
