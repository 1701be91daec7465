import Imaging

/// The voxels of each label, from which one can be drawn in constant time.
public struct LabelIndex: Sendable {
  /// The labels of the map except the background, in ascending order.
  public let labels: [UInt16]
  /// Offsets of the voxels of each label, in ascending order.
  private let offsets: [[Int32]]

  /// Greatest number of voxels kept per label. Patches contain many thousands of voxels, so their centers do not need
  /// to reach every voxel; 64 kB per label limit the memory of a large dataset.
  public static let limit = 16_384

  /// Greatest number of voxels, which are numbered with 31 bits.
  package static let mostVoxels = Int(Int32.max)

  /// Indexes a map. All voxels of a label are kept if there are at most `limit`, otherwise `limit` voxels at even
  /// distances.
  public init(_ map: LabelMap) {
    precondition(map.labels.count <= LabelIndex.mostVoxels, "the map has more voxels than 31 bits can number")
    var counts = [Int](repeating: 0, count: Int(UInt16.max) + 1)
    for label in map.labels { counts[Int(label)] += 1 }
    let present = counts.indices.dropFirst().filter { counts[$0] > 0 }

    var kept = [[Int32]](repeating: [], count: present.count)
    var rank = [Int](repeating: -1, count: counts.count)
    for (n, label) in present.enumerated() {
      rank[label] = n
      kept[n].reserveCapacity(min(counts[label], LabelIndex.limit))
    }
    var seen = [Int](repeating: 0, count: present.count)
    for (offset, label) in map.labels.enumerated() {
      let n = rank[Int(label)]
      guard n >= 0 else { continue }
      // Voxel number `seen` is kept when it reaches a multiple of count / limit, computed exactly in integers.
      if kept[n].count * counts[Int(label)] <= seen[n] * LabelIndex.limit { kept[n].append(Int32(offset)) }
      seen[n] += 1
    }
    labels = present.map(UInt16.init)
    offsets = kept
  }

  /// Draws the offset of a voxel: first a label with equal probabilities, then one of its voxels. Returns `nil` if
  /// there is only background.
  public func randomOffset(using generator: inout some RandomNumberGenerator) -> Int? {
    guard let voxels = offsets.randomElement(using: &generator) else { return nil }
    return voxels.randomElement(using: &generator).map(Int.init)
  }
}
