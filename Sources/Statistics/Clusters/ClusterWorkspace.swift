import Foundation

/// The component tree of a map, built from its highest voxel down, in memory that serves map after map.
///
/// Voxels are added by descending height. A new voxel joins the clusters of its neighbors that are already there
/// (union–find with path halving). Between two heights the clusters do not change, so that a cluster of s voxels adds
/// `s^E (b^(H+1) − a^(H+1)) / (H+1)` to each of its voxels from height b down to a. All voxels of a cluster get the same
/// from then on, so the cluster's largest value so far is enough where only the maximum is asked for. For a map,
/// each cluster that joins a larger one remembers it, and sums are handed down at the end.
///
/// One thread at a time may use it.
package final class ClusterWorkspace {
  /// A cluster, at the place of the voxel that stands for it.
  private struct Cluster {
    /// `h^(H+1)` of the last height where it changed.
    var height: Double
    /// The largest integral among its voxels down to that height.
    var best: Double
    /// The integral that all its voxels have in common, since it has its voxel.
    var common: Double
    var size: Int32
  }

  private let mask: VoxelMask
  private let tfce: TFCE
  private let neighborBits: UInt32
  private let adjacentBits: [UInt32]
  private let steps: [Int]
  /// `s^E` of each size.
  private let sizePowers: [Double]

  private var order: VoxelOrder
  private var added: [UInt8]
  private var parents: [Int32]
  private var clusters: [Cluster]
  private var masses: [Double] = []
  /// Clusters that joined another, in order, and which; for maps only.
  private var joined: [(cluster: Int32, to: Int32)] = []

  package init(mask: VoxelMask, tfce: TFCE) {
    self.mask = mask
    self.tfce = tfce
    neighborBits = tfce.neighborhood.bits
    adjacentBits = tfce.neighborhood.adjacentBits
    steps = mask.boxSteps
    sizePowers = Self.powers(mask.count, tfce.extentPower)
    order = VoxelOrder(capacity: mask.count)
    // A row of bits is read from two bytes.
    added = Array(repeating: 0, count: mask.numbers.count / 8 + 2)
    parents = Array(repeating: 0, count: mask.count)
    clusters = Array(repeating: Cluster(height: 0, best: 0, common: 0, size: 0), count: mask.count)
  }

  /// Bytes that a workspace holds for each voxel of a mask.
  package static let bytesPerVoxel = 2 * 8 + 4 + MemoryLayout<Cluster>.stride + 16

  private static func powers(_ count: Int, _ exponent: Double) -> [Double] {
    (0...count).map { exponent == 0.5 ? Double($0).squareRoot() : pow(Double($0), exponent) }
  }

  /// The largest TFCE value of one sign of a map, and the largest clusters above a threshold.
  package func maxima(_ map: UnsafeBufferPointer<Float>, sign: Float, threshold: Float = .infinity)
    -> ClusterMaxima
  {
    order.sort(map, sign: sign)
    let (sorted, above) = (order.sorted, order.count(above: threshold))
    var maxima = ClusterMaxima()
    if above > 0 {
      add(sorted, 0..<above, remembering: false)
      (maxima.size, maxima.mass) = largest(sorted[..<above], above: threshold)
    }
    add(sorted, above..<sorted.count, remembering: false)
    for voxel in roots(sorted) {
      maxima.tfce = max(maxima.tfce, clusters[voxel].best + rest(clusters[voxel]))
    }
    maxima.tfce *= scale
    return maxima
  }

  /// Writes the TFCE values of one sign of a map; voxels of the other sign stay as they are.
  package func enhance(
    _ map: UnsafeBufferPointer<Float>, sign: Float, into result: UnsafeMutableBufferPointer<Float>
  ) {
    order.sort(map, sign: sign)
    let sorted = order.sorted
    joined.removeAll(keepingCapacity: true)
    add(sorted, 0..<sorted.count, remembering: true)
    for voxel in roots(sorted) { clusters[voxel].common += rest(clusters[voxel]) }
    let scale = scale
    joined.withUnsafeBufferPointer { joined in
      clusters.withUnsafeMutableBufferPointer { clusters in
        // A cluster joins before the one that takes it in joins another, so that backwards each finds its sum.
        for link in joined.reversed() {
          clusters[Int(link.cluster)].common += clusters[Int(link.to)].common
        }
        for voxel in 0..<map.count where sign * map[voxel] > 0 {
          result[voxel] = sign * Float(clusters[voxel].common * scale)
        }
      }
    }
  }

  /// The voxels that stand for clusters.
  private func roots(_ sorted: UnsafeBufferPointer<UInt64>) -> [Int] {
    parents.withUnsafeBufferPointer { parents in
      sorted.lazy.map(VoxelOrder.voxel).filter { Int(parents[$0]) == $0 }
    }
  }

  /// What a cluster of the whole map still gets, down to height 0.
  private func rest(_ cluster: Cluster) -> Double { sizePowers[Int(cluster.size)] * cluster.height }

  /// 1/(H+1), by which all integrals are multiplied at the end.
  private var scale: Double { 1 / (tfce.heightPower + 1) }

  /// Size and mass of the largest clusters that the first voxels form.
  private func largest(
    _ first: Slice<UnsafeBufferPointer<UInt64>>, above threshold: Float
  ) -> (size: Int, mass: Double) {
    if masses.isEmpty { masses = Array(repeating: 0, count: mask.count) }
    var (size, mass) = (0, 0.0)
    for key in first {
      var root = VoxelOrder.voxel(key)
      while Int(parents[root]) != root { root = Int(parents[root]) }
      masses[root] += Double(VoxelOrder.height(key)) - Double(threshold)
      size = max(size, Int(clusters[root].size))
      mass = max(mass, masses[root])
    }
    for key in first { masses[VoxelOrder.voxel(key)] = 0 }
    return (size, mass)
  }

  /// Adds voxels of the order, after all those before them.
  private func add(_ sorted: UnsafeBufferPointer<UInt64>, _ range: Range<Int>, remembering: Bool) {
    if range.lowerBound == 0 { added.withUnsafeMutableBufferPointer { $0.update(repeating: 0) } }
    let cubic = tfce.heightPower == 2
    var links = joined
    joined = []
    withTables { tables in
      for place in range {
        let (voxel, level) = (VoxelOrder.voxel(sorted[place]), Double(VoxelOrder.height(sorted[place])))
        let height = cubic ? level * level * level : pow(level, tfce.heightPower + 1)
        let center = Int(tables.places[voxel])
        var pattern = tables.pattern(around: center)
        tables.parents[voxel] = Int32(truncatingIfNeeded: voxel)
        var root = voxel
        var cluster = Cluster(height: height, best: 0, common: 0, size: 1)
        while pattern != 0 {
          let other = tables.neighbor(of: center, &pattern)
          guard other != root else { continue }
          var joining = tables.clusters[other]
          let gained = tables.sizePowers[Int(joining.size)] * (joining.height - height)
          joining.best += gained
          joining.common += gained
          // The smaller joins the larger: paths stay short.
          let isLarger = joining.size >= cluster.size
          let (child, parent) = isLarger ? (root, other) : (other, root)
          let (own, taken) =
            isLarger ? (joining.common, cluster.common) : (cluster.common, joining.common)
          tables.parents[child] = Int32(truncatingIfNeeded: parent)
          if remembering {
            tables.clusters[child].common = taken - own
            links.append((Int32(truncatingIfNeeded: child), Int32(truncatingIfNeeded: parent)))
          }
          cluster.best = max(cluster.best, joining.best)
          cluster.common = own
          cluster.size += joining.size
          root = parent
        }
        tables.clusters[root] = cluster
      }
    }
    joined = links
  }

  /// What `add` reads and writes, without checks of bounds.
  private struct Tables {
    let places, numbers: UnsafePointer<Int32>
    let sizePowers: UnsafePointer<Double>
    let steps, rows: UnsafePointer<Int>
    let adjacent: UnsafePointer<UInt32>
    let neighbors: UInt32
    let added: UnsafeMutableRawPointer
    let parents: UnsafeMutablePointer<Int32>
    let clusters: UnsafeMutablePointer<Cluster>

    /// The neighbors that are there already, and the voxel itself from now on.
    @inline(__always) func pattern(around center: Int) -> UInt32 {
      var pattern: UInt32 = 0
      for index in 0..<9 {
        let bit = center &+ rows[index]
        let word = UInt32(added.loadUnaligned(fromByteOffset: bit &>> 3, as: UInt16.self))
        pattern |= (word &>> UInt32(truncatingIfNeeded: bit & 7) & 7) &<< UInt32(3 &* index)
      }
      let byte = added + center &>> 3
      let bit: UInt8 = 1 &<< UInt8(truncatingIfNeeded: center & 7)
      byte.storeBytes(of: byte.load(as: UInt8.self) | bit, as: UInt8.self)
      return pattern & neighbors
    }

    /// The voxel that stands for the cluster of one neighbor. That neighbor and those that touch it leave the pattern.
    @inline(__always) func neighbor(of center: Int, _ pattern: inout UInt32) -> Int {
      let first = pattern & Neighborhood.faceBits
      let index = (first != 0 ? first : pattern).trailingZeroBitCount
      pattern &= ~(1 &<< UInt32(truncatingIfNeeded: index) | adjacent[index])
      var voxel = Int(numbers[center &+ steps[index]])
      while true {
        let parent = Int(parents[voxel])
        if parent == voxel { return voxel }
        let grandparent = parents[parent]
        parents[voxel] = grandparent
        voxel = Int(grandparent)
      }
    }
  }

  private func withTables(_ body: (Tables) -> Void) {
    let (row, plane) = (mask.rowStep, mask.planeStep)
    // The first bit of each row of three around a voxel, from the voxel's own place.
    let rows = (0..<9).map { ($0 % 3 - 1) * row + ($0 / 3 - 1) * plane - 1 }
    // Arrays are passed as pointers for the time of one call.
    func call(
      _ places: UnsafePointer<Int32>, _ numbers: UnsafePointer<Int32>, _ sizePowers: UnsafePointer<Double>,
      _ steps: UnsafePointer<Int>, _ rows: UnsafePointer<Int>, _ adjacent: UnsafePointer<UInt32>,
      _ added: UnsafeMutablePointer<UInt8>, _ parents: UnsafeMutablePointer<Int32>,
      _ clusters: UnsafeMutablePointer<Cluster>
    ) {
      body(
        Tables(
          places: places, numbers: numbers, sizePowers: sizePowers, steps: steps, rows: rows,
          adjacent: adjacent, neighbors: neighborBits, added: UnsafeMutableRawPointer(added),
          parents: parents, clusters: clusters))
    }
    call(mask.places, mask.numbers, sizePowers, steps, rows, adjacentBits, &added, &parents, &clusters)
  }
}
