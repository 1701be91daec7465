import Imaging

/// Regions of a template: a label for each voxel, and what the labels are called.
public struct RegionAtlas: Sendable {
  /// One region.
  public struct Region: Hashable, Codable, Sendable {
    public var code: UInt16
    public var name: String
    /// Whether gray matter that lies in no region belongs to this one where it is the nearest: true for cortex, whose
    /// folds no template has in their place.
    public var takesRest: Bool

    public init(code: UInt16, name: String, takesRest: Bool = false) {
      self.code = code
      self.name = name
      self.takesRest = takesRest
    }
  }

  /// In the order of tables.
  public let regions: [Region]
  /// In the template's space, on any grid; 0 for no region.
  public let map: LabelMap
  /// The nearest region that takes the rest, everywhere; 0 if the atlas has no such region.
  package let rest: LabelMap

  public init(map: LabelMap, regions: [Region]) {
    self.map = map
    self.regions = regions
    let takers = Set(regions.filter(\.takesRest).map(\.code))
    rest = map.spread(from: takers)
  }

  /// The regions of grisea's own atlas, with FreeSurfer's codes and names.
  public static let standardRegions: [Region] = {
    let structures: [(left: UInt16, right: UInt16, name: String, takesRest: Bool)] = [
      (3, 42, "Cerebral-Cortex", true), (8, 47, "Cerebellum-Cortex", true), (10, 49, "Thalamus", false),
      (11, 50, "Caudate", false), (12, 51, "Putamen", false), (13, 52, "Pallidum", false),
      (17, 53, "Hippocampus", false), (18, 54, "Amygdala", false), (26, 58, "Accumbens-area", false),
    ]
    return structures.flatMap {
      [
        Region(code: $0.left, name: "Left-" + $0.name, takesRest: $0.takesRest),
        Region(code: $0.right, name: "Right-" + $0.name, takesRest: $0.takesRest),
      ]
    }
  }()
}

extension LabelMap {
  /// Each voxel with the nearest of some labels, in steps along the axes; labels that come from two sides at once are
  /// decided for the smaller one.
  package func spread(from sources: Set<UInt16>) -> LabelMap {
    var result = LabelMap(grid: grid, labels: labels.map { sources.contains($0) ? $0 : 0 })
    let shape = grid.shape
    let steps = [(0, 1, shape.x), (1, shape.x, shape.y), (2, shape.x * shape.y, shape.z)]
    var front = result.labels.indices.filter { result.labels[$0] != 0 }
    while !front.isEmpty {
      var found: [Int: UInt16] = [:]
      for index in front {
        let place = [index % shape.x, index / shape.x % shape.y, index / (shape.x * shape.y)]
        for (axis, step, count) in steps {
          for (isInside, next) in [
            (place[axis] > 0, index - step), (place[axis] < count - 1, index + step),
          ]
          where isInside && result.labels[next] == 0 {
            found[next] = min(found[next] ?? .max, result.labels[index])
          }
        }
      }
      for (index, label) in found { result.labels[index] = label }
      front = found.keys.sorted()
    }
    return result
  }
}
