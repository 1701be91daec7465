/// Places buffers in one arena so that those that never live at the same time share bytes.
///
/// Greedy by size: each buffer, largest first, goes to the lowest offset at which no placed buffer with an
/// overlapping lifetime lies (Pisarchyk and Lee 2020, arXiv 2001.03288, "greedy by size for offset
/// calculation", which they find within a few per cent of the lower bound).
struct BufferPlan {
  /// From the first step that touches the buffer to the last.
  struct Use {
    var lifetime: ClosedRange<Int>
    var byteCount: Int
  }

  /// Cache lines, and the widest vector registers.
  static let alignment = 64

  private(set) var offsets: [Int]
  private(set) var byteCount = 0

  init(_ uses: [Use]) {
    offsets = Array(repeating: 0, count: uses.count)
    var placed: [(range: Range<Int>, lifetime: ClosedRange<Int>)] = []
    let order = uses.indices.sorted { (uses[$0].byteCount, $1) > (uses[$1].byteCount, $0) }
    for index in order {
      let size = Self.aligned(uses[index].byteCount)
      var offset = 0
      for other in placed where other.lifetime.overlaps(uses[index].lifetime) {
        if offset + size <= other.range.lowerBound { break }
        offset = max(offset, other.range.upperBound)
      }
      offsets[index] = offset
      let entry = (range: offset..<offset + size, lifetime: uses[index].lifetime)
      let place = placed.firstIndex { $0.range.lowerBound > offset } ?? placed.count
      placed.insert(entry, at: place)
      byteCount = max(byteCount, offset + size)
    }
  }

  static func aligned(_ bytes: Int) -> Int { (bytes + alignment - 1) / alignment * alignment }
}
