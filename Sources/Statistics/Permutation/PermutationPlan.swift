import Foundation

/// The rearrangements of one analysis, by number; number 0 is the data as they are.
///
/// Where the design and the blocks allow no more different rearrangements than were asked for, all of them are taken
/// and p-values are exact. Otherwise they are drawn at random, each from a generator of its own number.
public struct PermutationPlan: Sendable {
  /// How many there are, the unchanged data among them.
  public let count: Int
  public let isExhaustive: Bool
  /// Whether signs are flipped (the mean of one sample) in place of rows that are permuted.
  public let flipsSigns: Bool
  /// How many different rearrangements there are.
  public let possible: Double
  public let seed: UInt64

  private let scans: Int
  private let groups: [[[Int]]]
  /// Which units of each group have the same rows of the design, by a number for each unit.
  private let classes: [[Int]]
  /// Exhaustive permutations: all orders of each group's classes, the first as they are.
  private let orders: [[[Int]]]

  /// Fewer than this give no p of 0.05.
  public static let fewest = 20

  /// - Parameters:
  ///   - columns: the regressors. Rearrangements with the same rows of the design have the same statistic and count once.
  ///   - asked: how many, the unchanged data included.
  /// - Throws: `StatisticsError.tooFewPermutations`.
  public init(
    columns: [[Double]], exchangeability: Exchangeability = .free, flipsSigns: Bool = false, asked: Int,
    seed: UInt64
  ) throws(StatisticsError) {
    let scans = columns.first?.count ?? 0
    let groups = exchangeability.groups(scans: scans)
    let classes = groups.map { Self.classes($0, columns) }
    let units = groups.reduce(0) { $0 + $1.count }
    let logarithm = flipsSigns ? Double(units) * log(2) : classes.reduce(0) { $0 + Self.logOrders($1) }
    // A sum of logarithms is off by rounding; so small a count is a whole number.
    possible = logarithm < 30 ? exp(logarithm).rounded() : exp(min(logarithm, 700))
    guard possible >= Double(Self.fewest) else {
      throw .tooFewPermutations(found: Int(possible), needed: Self.fewest)
    }
    isExhaustive = possible <= Double(asked)
    count = isExhaustive ? Int(possible) : asked
    orders = isExhaustive && !flipsSigns ? classes.map(Self.orders) : []
    self.flipsSigns = flipsSigns
    self.seed = seed
    self.scans = scans
    self.groups = groups
    self.classes = classes
  }

  /// The rearrangement of a number below `count`.
  package func rearrangement(_ number: Int) -> Rearrangement {
    var result = Rearrangement.identity(scans)
    guard number > 0 else { return result }
    var generator = PermutationStream(seed: seed, number: number)
    var rest = number
    for (index, units) in groups.enumerated() {
      if flipsSigns {
        for unit in units {
          let flips = isExhaustive ? rest & 1 == 1 : generator.next() >> 63 == 1
          rest >>= 1
          if flips { for scan in unit { result.signs[scan] = -1 } }
        }
        continue
      }
      var sources = Array(units.indices)
      if isExhaustive {
        sources = Self.sources(orders[index][rest % orders[index].count], classes[index])
        rest /= orders[index].count
      } else {
        sources.shuffle(using: &generator)
      }
      for (unit, source) in zip(units, sources) {
        for (scan, row) in zip(unit, units[source]) { result.design[scan] = row }
      }
    }
    return result
  }

  /// The numbers of one of several equal parts; part 1 holds number 0.
  public func numbers(part: Int, of parts: Int) -> Range<Int> {
    precondition(part >= 1 && part <= parts, "a part from 1 to the number of parts")
    return (part - 1) * count / parts..<part * count / parts
  }

  /// Equal numbers for units with equal rows of the design.
  private static func classes(_ units: [[Int]], _ columns: [[Double]]) -> [Int] {
    var known: [[Double]: Int] = [:]
    return units.map { unit in
      let rows = unit.flatMap { scan in columns.map { $0[scan] } }
      let number = known[rows] ?? known.count
      known[rows] = number
      return number
    }
  }

  /// The logarithm of the number of different orders.
  private static func logOrders(_ classes: [Int]) -> Double {
    let counts = Dictionary(grouping: classes, by: { $0 }).values.map(\.count).sorted()
    return counts.reduce(lgamma(Double(classes.count) + 1)) { $0 - lgamma(Double($1) + 1) }
  }

  /// All different orders of these numbers, the given one first.
  private static func orders(_ classes: [Int]) -> [[Int]] {
    var current = classes.sorted()
    var result = [classes]
    repeat { if current != classes { result.append(current) } } while advance(&current)
    return result
  }

  /// The next order in lexicographic order; false after the last.
  private static func advance(_ order: inout [Int]) -> Bool {
    guard let pivot = order.indices.dropLast().last(where: { order[$0] < order[$0 + 1] }),
      let larger = order.indices.last(where: { order[$0] > order[pivot] })
    else { return false }
    order.swapAt(pivot, larger)
    order[(pivot + 1)...].reverse()
    return true
  }

  /// For each place of an order a unit of that class, each unit once.
  private static func sources(_ order: [Int], _ classes: [Int]) -> [Int] {
    var waiting = Dictionary(grouping: classes.indices, by: { classes[$0] }).mapValues { $0[...] }
    return order.compactMap { waiting[$0]?.popFirst() }
  }
}
