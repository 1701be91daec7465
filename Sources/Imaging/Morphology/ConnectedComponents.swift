/// Which neighbours touch: those that share a face (6), also an edge (18), also a corner (26).
public enum Connectivity: Int, Codable, CaseIterable, Sendable {
  case faces = 6
  case edges = 18
  case corners = 26

  /// Steps to those neighbours that a scan with i fastest has already passed.
  fileprivate var passedNeighbours: [SIMD3<Int>] {
    let largestSum = self == .faces ? 1 : self == .edges ? 2 : 3
    var steps: [SIMD3<Int>] = []
    for k in -1...0 {
      for j in -1...1 {
        for i in -1...1 where (k, j, i) < (0, 0, 0) && abs(i) + abs(j) + abs(k) <= largestSum {
          steps.append([i, j, k])
        }
      }
    }
    return steps
  }
}

/// The connected parts of a label map's voxels above 0.
public struct ConnectedComponents: Sendable {
  public let grid: Grid
  /// Component of each voxel, numbered from 1 in the order in which a scan with i fastest meets them;
  /// 0 is background.
  public let components: [Int32]
  /// Voxels of each component: `sizes[n - 1]` for component n.
  public let sizes: [Int]

  /// Finds the components of all voxels above 0, whatever their labels, by union-find in two passes.
  public init(of map: LabelMap, connectivity: Connectivity = .faces) {
    var sets = DisjointSets()
    var provisional = Self.scan(map, connectivity: connectivity, into: &sets)
    var numbers = [Int32](repeating: 0, count: sets.count)
    var sizes: [Int] = []
    for index in provisional.indices where provisional[index] > 0 {
      let root = Int(sets.root(of: provisional[index]))
      if numbers[root] == 0 {
        sizes.append(0)
        numbers[root] = Int32(sizes.count)
      }
      provisional[index] = numbers[root]
      sizes[Int(numbers[root]) - 1] += 1
    }
    grid = map.grid
    components = provisional
    self.sizes = sizes
  }

  /// First pass: each voxel takes the set of a neighbour already passed, and joins the sets of the others.
  private static func scan(
    _ map: LabelMap, connectivity: Connectivity, into sets: inout DisjointSets
  ) -> [Int32] {
    let shape = map.grid.shape
    let neighbours = connectivity.passedNeighbours.map {
      (step: $0, offset: $0.x + shape.x * ($0.y + shape.y * $0.z))
    }
    var provisional = [Int32](repeating: 0, count: map.labels.count)
    var index = -1
    for k in 0..<shape.z {
      for j in 0..<shape.y {
        for i in 0..<shape.x {
          index += 1
          guard map.labels[index] > 0 else { continue }
          var set: Int32 = 0
          for (step, offset) in neighbours {
            guard (0..<shape.x).contains(i + step.x), (0..<shape.y).contains(j + step.y), k + step.z >= 0
            else { continue }
            let other = provisional[index + offset]
            if other > 0 { set = set == 0 ? other : sets.join(set, other) }
          }
          provisional[index] = set == 0 ? sets.add() : set
        }
      }
    }
    return provisional
  }
}

extension LabelMap {
  /// The labels of the largest connected part of all voxels above 0, the first met of equal ones; all else 0.
  public func largestComponent(connectivity: Connectivity = .faces) -> LabelMap {
    let parts = ConnectedComponents(of: self, connectivity: connectivity)
    guard parts.sizes.count > 1, let most = parts.sizes.max(), let index = parts.sizes.firstIndex(of: most)
    else { return self }
    var result = self
    let kept = Int32(index + 1)
    for voxel in result.labels.indices where parts.components[voxel] != kept { result.labels[voxel] = 0 }
    return result
  }
}

/// Numbered sets that can be joined; sets count from 1.
private struct DisjointSets {
  private var parents: [Int32] = [0]

  /// One more than the number of the last set.
  var count: Int { parents.count }

  mutating func add() -> Int32 {
    let new = Int32(parents.count)
    parents.append(new)
    return new
  }

  /// The set's representative; the path to it is halved on the way.
  mutating func root(of set: Int32) -> Int32 {
    var set = Int(set)
    while Int(parents[set]) != set {
      parents[set] = parents[Int(parents[set])]
      set = Int(parents[set])
    }
    return Int32(set)
  }

  /// Joins two sets under the older representative, which is returned.
  mutating func join(_ a: Int32, _ b: Int32) -> Int32 {
    let (first, second) = (root(of: a), root(of: b))
    let (old, new) = (min(first, second), max(first, second))
    parents[Int(new)] = old
    return old
  }
}
