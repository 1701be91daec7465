/// Voxels of one sign that touch each other.
public struct VoxelCluster: Hashable, Sendable {
  /// 1 or −1.
  public var sign: Int
  /// Numbers of its voxels in the mask, ascending.
  public var voxels: [Int]

  public init(sign: Int, voxels: [Int]) {
    self.sign = sign
    self.voxels = voxels
  }

  /// Number of voxels.
  public var size: Int { voxels.count }

  /// Sum of the absolute statistic above the threshold (Bullmore et al. 1999, doi 10.1109/42.750253).
  public func mass(_ map: [Float], above threshold: Float) -> Double {
    voxels.reduce(0) { $0 + Double(abs(map[$1])) - Double(threshold) }
  }
}

/// Divides voxels into clusters of neighbors.
public struct ClusterForming: Hashable, Sendable {
  public var neighborhood: Neighborhood

  public init(neighborhood: Neighborhood = .corners) {
    self.neighborhood = neighborhood
  }

  /// Clusters of voxels whose absolute value is above a threshold, of both signs, the largest first; of equal size the
  /// one with the first voxel.
  public func clusters(_ map: [Float], above threshold: Float, in mask: VoxelMask) -> [VoxelCluster] {
    clusters(map, in: mask) { abs(map[$0]) > threshold }
  }

  /// Clusters of the voxels that are `included`; voxels of different sign are in different clusters.
  public func clusters(
    _ map: [Float], in mask: VoxelMask, where included: (_ voxel: Int) -> Bool
  ) -> [VoxelCluster] {
    precondition(map.count == mask.count, "one value for each voxel of the mask")
    var signs = map.indices.map { included($0) ? (map[$0] > 0 ? 1 : map[$0] < 0 ? -1 : 0) : 0 }
    let steps = mask.steps(neighborhood)
    var clusters: [VoxelCluster] = []
    for seed in signs.indices where signs[seed] != 0 {
      let sign = signs[seed]
      var voxels = [seed]
      signs[seed] = 0
      var next = 0
      while next < voxels.count {
        for neighbor in mask.neighbors(of: voxels[next], steps) where signs[neighbor] == sign {
          signs[neighbor] = 0
          voxels.append(neighbor)
        }
        next += 1
      }
      clusters.append(VoxelCluster(sign: sign, voxels: voxels.sorted()))
    }
    return clusters.sorted { ($1.size, $0.voxels[0]) < ($0.size, $1.voxels[0]) }
  }

  /// The peaks of a cluster: its maximum, then other local maxima that are at least a distance away from all peaks before
  /// them, by descending absolute value.
  /// - Parameters:
  ///   - distance: in mm.
  ///   - position: of a voxel in mm.
  public func peaks(
    of cluster: VoxelCluster, _ map: [Float], in mask: VoxelMask, distance: Double = 8, limit: Int = 4,
    position: (_ voxel: Int) -> SIMD3<Double>
  ) -> [Int] {
    func isHigher(_ a: Int, _ b: Int) -> Bool { (abs(map[a]), b) > (abs(map[b]), a) }
    let steps = mask.steps(.corners)
    let maxima = cluster.voxels.filter { voxel in
      mask.neighbors(of: voxel, steps).allSatisfy { neighbor in
        map[neighbor] * map[voxel] <= 0 || isHigher(voxel, neighbor)
      }
    }
    // The highest voxel of a cluster is a peak even where a neighbor outside the cluster is higher.
    let highest = cluster.voxels.max { isHigher($1, $0) }
    var peaks: [Int] = highest.map { [$0] } ?? []
    for voxel in maxima.sorted(by: isHigher) where peaks.count < limit {
      let place = position(voxel)
      let isFar = peaks.allSatisfy { peak in
        let step = position(peak) - place
        return (step * step).sum() >= distance * distance
      }
      if isFar { peaks.append(voxel) }
    }
    return peaks
  }
}

extension VoxelMask {
  /// Steps in the box to the neighbors of a voxel.
  package func steps(_ neighborhood: Neighborhood) -> [Int] {
    let (bits, steps) = (neighborhood.bits, boxSteps)
    return steps.indices.filter { bits >> $0 & 1 == 1 }.map { steps[$0] }
  }

  /// Neighbors of a voxel that are in the mask.
  package func neighbors(of voxel: Int, _ steps: [Int]) -> [Int] {
    let place = Int(places[voxel])
    return steps.compactMap { step in
      let number = Int(numbers[place + step])
      // Places without a voxel have number 0.
      return Int(places[number]) == place + step ? number : nil
    }
  }
}
