/// Which scans may change places under the null hypothesis (Winkler et al. 2015, doi
/// 10.1016/j.neuroimage.2015.05.092).
public enum Exchangeability: Hashable, Sendable {
  /// All scans.
  case free
  /// Scans of one block, such as the repeated scans of a participant. One name for each scan.
  case within([String])
  /// Blocks as a whole, such as families, with blocks of the same number of scans; the order inside stays.
  case whole([String])

  /// Groups of units that change places among each other; a unit is one scan, or the scans of a block.
  package func groups(scans: Int) -> [[[Int]]] {
    switch self {
    case .free: return [(0..<scans).map { [$0] }]
    case .within(let names): return Self.blocks(names).map { $0.map { [$0] } }
    case .whole(let names):
      let bySize = Dictionary(grouping: Self.blocks(names), by: \.count)
      return bySize.keys.sorted().compactMap { bySize[$0] }
    }
  }

  /// What the rule means for these blocks, in words.
  public var description: String {
    switch self {
    case .free: return "all scans are exchangeable"
    case .within(let names):
      let blocks = Self.blocks(names)
      return "scans are permuted within \(blocks.count) blocks of \(Self.sizes(blocks)) scans"
    case .whole(let names):
      let blocks = Self.blocks(names)
      let alone = Dictionary(grouping: blocks, by: \.count).values.count { $0.count == 1 }
      let fixed =
        alone > 0 ? "; \(alone) of them have no other of their size and keep their place" : ""
      return "\(blocks.count) blocks of \(Self.sizes(blocks)) scans are permuted as a whole, "
        + "each among blocks of its size\(fixed)"
    }
  }

  private static func sizes(_ blocks: [[Int]]) -> String {
    let sizes = Set(blocks.map(\.count)).sorted()
    guard let least = sizes.first, let most = sizes.last else { return "0" }
    return least == most ? "\(least)" : "\(least) to \(most)"
  }

  /// The scans of each block, in the order of the blocks' first scans.
  private static func blocks(_ names: [String]) -> [[Int]] {
    let members = Dictionary(grouping: names.indices, by: { names[$0] })
    return members.values.sorted { $0[0] < $1[0] }
  }
}
