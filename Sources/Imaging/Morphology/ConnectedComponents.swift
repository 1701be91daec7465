/// The definition of neighbouring voxels: those that share a face (6), also an edge (18), or also a corner (26).
public enum Connectivity: Int, Codable, CaseIterable, Sendable {
  /// Voxels that share a face are neighbours.
  case faces = 6
  /// Voxels that share a face or an edge are neighbours.
  case edges = 18
  /// Voxels that share a face, an edge or a corner are neighbours.
  case corners = 26

  /// The rows along i that were visited before a row and are adjacent to it: their steps in j and k, and the largest
  /// difference along i of two neighbours in the two rows.
  fileprivate var passedRows: [(j: Int, k: Int, reach: Int)] {
    let largestSum = self == .faces ? 1 : self == .edges ? 2 : 3
    let steps = [(j: -1, k: -1), (j: 0, k: -1), (j: 1, k: -1), (j: -1, k: 0)]
    return steps.compactMap { j, k in
      let left = largestSum - abs(j) - abs(k)
      return left < 0 ? nil : (j, k, min(left, 1))
    }
  }
}

/// The connected components of the voxels above 0 of a label map.
public struct ConnectedComponents: Sendable {
  /// The grid of the map.
  public let grid: Grid
  /// The component of each voxel, numbered from 1 in the order of their first voxels (i fastest). 0 is background.
  public let components: [Int32]
  /// The numbers of voxels of the components: `sizes[n - 1]` for component n.
  public let sizes: [Int]

  /// Finds the components of all voxels above 0, whatever their labels.
  ///
  /// Runs of voxels along i are joined instead of voxels, because a head has a hundred times fewer runs.
  public init(of map: LabelMap, connectivity: Connectivity = .faces) {
    let parts = ConnectedRuns(of: map, connectivity)
    grid = map.grid
    components = parts.runs.painted(parts.numbers, count: map.grid.count)
    sizes = parts.sizes
  }

  /// Returns the sizes of the components of the voxels with a given label, without the components themselves.
  public static func sizes(
    of label: UInt16, in map: LabelMap, connectivity: Connectivity = .faces
  ) -> [Int] {
    ConnectedRuns(of: map, label: label, connectivity).sizes
  }
}

/// The runs of a label map with the component of each.
private struct ConnectedRuns {
  let runs: VoxelRuns
  /// The component of each run, from 1.
  let numbers: [Int32]
  /// The numbers of voxels of the components.
  let sizes: [Int]

  /// - Parameter label: the label whose voxels are joined, or `nil` for all labels above 0.
  init(of map: LabelMap, label: UInt16? = nil, _ connectivity: Connectivity) {
    let runs = VoxelRuns(of: map, label)
    var sets = DisjointSets(count: runs.starts.count)
    Self.join(runs, map.grid.shape, connectivity, in: &sets)
    var numbers = [Int32](repeating: 0, count: runs.starts.count)
    var sizes: [Int] = []
    for run in numbers.indices {
      // The representative is the oldest run, and therefore was numbered before this run.
      let root = Int(sets.root(of: Int32(run)))
      if root == run {
        sizes.append(0)
        numbers[run] = Int32(sizes.count)
      }
      numbers[run] = numbers[root]
      sizes[Int(numbers[root]) - 1] += Int(runs.ends[run] - runs.starts[run])
    }
    self.runs = runs
    self.numbers = numbers
    self.sizes = sizes
  }

  /// Joins each run with the adjacent runs of rows visited before. Both rows are traversed once.
  private static func join(
    _ runs: VoxelRuns, _ shape: SIMD3<Int>, _ connectivity: Connectivity, in sets: inout DisjointSets
  ) {
    let passed = connectivity.passedRows
    for k in 0..<shape.z {
      for j in 0..<shape.y {
        let row = j + shape.y * k
        for step in passed where (0..<shape.y).contains(j + step.j) && k + step.k >= 0 {
          let other = row + step.j + shape.y * step.k
          // The offset from the voxels of the other row to those of this row.
          let shift = Int32((row - other) * shape.x)
          let reach = Int32(step.reach)
          var (a, b) = (runs.firstOfRow[row], runs.firstOfRow[other])
          while a < runs.firstOfRow[row + 1] && b < runs.firstOfRow[other + 1] {
            let (start, end) = (runs.starts[b] + shift, runs.ends[b] + shift)
            if start < runs.ends[a] + reach && runs.starts[a] < end + reach {
              sets.join(Int32(a), Int32(b))
            }
            if end < runs.ends[a] { b += 1 } else { a += 1 }
          }
        }
      }
    }
  }
}

/// The runs of consecutive voxels above 0 along i, in the order of their offsets.
private struct VoxelRuns {
  /// The offset of each run's first voxel, and the offset after its last voxel.
  private(set) var starts: [Int32] = []
  private(set) var ends: [Int32] = []
  /// The index of each row's first run, and at the end the number of runs.
  private(set) var firstOfRow: [Int] = [0]

  /// - Parameter label: the label of the voxels, or `nil` for all labels above 0.
  init(of map: LabelMap, _ label: UInt16?) {
    if let label { add(map) { $0 == label } } else { add(map) { $0 > 0 } }
  }

  @inline(__always)
  private mutating func add(_ map: LabelMap, _ isInside: (UInt16) -> Bool) {
    let width = map.grid.shape.x
    let labels = map.labels.span
    for row in 0..<map.grid.shape.y * map.grid.shape.z {
      let end = (row + 1) * width
      var index = row * width
      while index < end {
        while index < end, !isInside(labels[index]) { index += 1 }
        guard index < end else { break }
        starts.append(Int32(index))
        while index < end, isInside(labels[index]) { index += 1 }
        ends.append(Int32(index))
      }
      firstOfRow.append(starts.count)
    }
  }

  /// Returns an array with a given number at the voxels of each run, and 0 elsewhere.
  func painted(_ numbers: [Int32], count: Int) -> [Int32] {
    [Int32](unsafeUninitializedCapacity: count) { output, filled in
      output.initialize(repeating: 0)
      for run in numbers.indices {
        for index in Int(starts[run])..<Int(ends[run]) { output[index] = numbers[run] }
      }
      filled = count
    }
  }
}

extension LabelMap {
  /// Returns the labels of the largest connected component of all voxels above 0. All other labels become 0. Of equally
  /// large components the first is kept.
  public func largestComponent(connectivity: Connectivity = .faces) -> LabelMap {
    var result = self
    for range in rangesBesidesLargestComponent(connectivity) {
      for voxel in range { result.labels[voxel] = 0 }
    }
    return result
  }

  /// Returns the offsets of the voxels above 0 outside of the largest connected component, as ranges in ascending
  /// order.
  package func rangesBesidesLargestComponent(_ connectivity: Connectivity = .faces) -> [Range<Int>] {
    let parts = ConnectedRuns(of: self, connectivity)
    guard parts.sizes.count > 1, let most = parts.sizes.max(), let index = parts.sizes.firstIndex(of: most)
    else { return [] }
    let runs = parts.runs
    return parts.numbers.indices.filter { parts.numbers[$0] != Int32(index + 1) }
      .map { Int(runs.starts[$0])..<Int(runs.ends[$0]) }
  }
}

/// Numbered disjoint sets that can be joined (union-find).
private struct DisjointSets {
  private var parents: [Int32]

  init(count: Int) { parents = (0..<count).map(Int32.init) }

  /// Returns the representative of a set. The path to it is halved on the way.
  mutating func root(of set: Int32) -> Int32 {
    var set = Int(set)
    while Int(parents[set]) != set {
      parents[set] = parents[Int(parents[set])]
      set = Int(parents[set])
    }
    return Int32(set)
  }

  /// Joins two sets. The older representative represents the union.
  mutating func join(_ a: Int32, _ b: Int32) {
    let (first, second) = (root(of: a), root(of: b))
    parents[Int(max(first, second))] = min(first, second)
  }
}
