import Imaging

/// Voxels of each label, so that one can be drawn in constant time.
public struct LabelIndex: Sendable {
  /// Labels present other than the background, ascending.
  public let labels: [UInt16]
  /// Offsets of voxels of each entry of `labels`, ascending.
  private let offsets: [[Int32]]

  /// A label keeps at most this many voxels. Patches hold many thousands, so their centres need not be
  /// able to fall on each single voxel; 64 kB per label bound the memory of a large data set.
  public static let limit = 16_384

  /// Voxels are numbered with 31 bits.
  package static let mostVoxels = Int(Int32.max)

  /// Every voxel is kept of a label that has `limit` of them or fewer, else `limit` at even distances.
  public init(_ map: LabelMap) {
    precondition(map.labels.count <= LabelIndex.mostVoxels, "voxels are numbered with 31 bits")
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
      // Voxel number `seen` is kept when a multiple of count / limit was reached: exact in whole numbers.
      if kept[n].count * counts[Int(label)] <= seen[n] * LabelIndex.limit { kept[n].append(Int32(offset)) }
      seen[n] += 1
    }
    labels = present.map(UInt16.init)
    offsets = kept
  }

  /// The offset of a voxel: a label is drawn first, all labels being equally likely, then one of its
  /// voxels; `nil` where there is only background.
  public func randomOffset(using generator: inout some RandomNumberGenerator) -> Int? {
    guard let voxels = offsets.randomElement(using: &generator) else { return nil }
    return voxels.randomElement(using: &generator).map(Int.init)
  }
}
