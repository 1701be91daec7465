import Foundation
import Statistics
import Testing

@Suite("PermutationPlan")
struct PermutationPlanTests {
  private func group(_ first: Int, _ second: Int) -> [[Double]] {
    let labels = Array(repeating: 0.0, count: first) + Array(repeating: 1, count: second)
    return [labels.map { _ in 1 }, labels]
  }

  /// The rows of the design in the order of a rearrangement.
  private func rows(_ plan: PermutationPlan, _ columns: [[Double]], _ number: Int) -> [Double] {
    plan.rearrangement(number).design.map { columns[columns.count - 1][$0] }
  }

  @Test("3 of 7 can be chosen in 35 ways: all are taken, each once, the data first")
  func exhaustive() throws {
    let columns = group(4, 3)
    let plan = try PermutationPlan(columns: columns, asked: 1000, seed: 1)
    #expect(plan.isExhaustive && plan.count == 35)
    #expect(plan.rearrangement(0) == .identity(7))
    let all = Set((0..<35).map { rows(plan, columns, $0) })
    #expect(all.count == 35 && all.allSatisfy { $0.reduce(0, +) == 3 })
  }

  @Test("within blocks of 2 with different values there are 2 ways each")
  func within() throws {
    let columns = [Array(repeating: 1.0, count: 10), (0..<10).map { Double($0 % 2) }]
    let blocks = (0..<10).map { "p\($0 / 2)" }
    let plan = try PermutationPlan(
      columns: columns, exchangeability: .within(blocks), asked: 100, seed: 1)
    #expect(plan.isExhaustive && plan.count == 32)
    #expect(Set((0..<32).map { rows(plan, columns, $0) }).count == 32)
    for number in 0..<32 {
      for (scan, row) in plan.rearrangement(number).design.enumerated() { #expect(scan / 2 == row / 2) }
    }
  }

  @Test("whole blocks move among blocks of their size, in their inner order")
  func whole() throws {
    // Five twins, and three families of three.
    let names = (0..<10).map { "twins\($0 / 2)" } + (0..<9).map { "family\($0 / 3)" }
    let columns = [names.map { _ in 1.0 }, names.indices.map(Double.init)]
    let plan = try PermutationPlan(columns: columns, exchangeability: .whole(names), asked: 300, seed: 7)
    #expect(plan.possible == 720 && !plan.isExhaustive && plan.count == 300)
    for number in 0..<300 {
      let design = plan.rearrangement(number).design
      #expect(design.sorted() == Array(0..<19))
      for start in stride(from: 0, to: 10, by: 2) {
        #expect(design[start] < 10 && design[start] % 2 == 0 && design[start + 1] == design[start] + 1)
      }
      for start in stride(from: 10, to: 19, by: 3) {
        #expect((design[start] - 10) % 3 == 0 && design[start + 2] == design[start] + 2)
      }
    }
    let all = try PermutationPlan(columns: columns, exchangeability: .whole(names), asked: 1000, seed: 7)
    #expect(all.isExhaustive && Set((0..<720).map { all.rearrangement($0).design }).count == 720)
  }

  @Test("signs of 6 scans can be flipped in 64 ways; a block flips as a whole")
  func signs() throws {
    let ones = [Array(repeating: 1.0, count: 6)]
    let plan = try PermutationPlan(columns: ones, flipsSigns: true, asked: 5000, seed: 1)
    #expect(plan.isExhaustive && plan.count == 64 && plan.rearrangement(0) == .identity(6))
    #expect(Set((0..<64).map { plan.rearrangement($0).signs }).count == 64)
    let twins = (0..<12).map { "t\($0 / 2)" }
    let blocks = try PermutationPlan(
      columns: [Array(repeating: 1.0, count: 12)], exchangeability: .whole(twins), flipsSigns: true,
      asked: 5000, seed: 1)
    #expect(blocks.count == 64)
    for number in 0..<64 {
      let signs = blocks.rearrangement(number).signs
      for start in stride(from: 0, to: 12, by: 2) { #expect(signs[start] == signs[start + 1]) }
    }
  }

  @Test("random permutations are uniform: each row comes to each place equally often")
  func uniform() throws {
    let columns = [Array(repeating: 1.0, count: 12), (0..<12).map(Double.init)]
    let plan = try PermutationPlan(columns: columns, asked: 12_000, seed: 3)
    var counts = [Int](repeating: 0, count: 144)
    for number in 1..<12_000 {
      for (scan, row) in plan.rearrangement(number).design.enumerated() { counts[12 * scan + row] += 1 }
    }
    // 1,000 are expected, with a standard deviation of 30; chi² has 121 degrees of freedom.
    let chi = counts.reduce(0.0) { $0 + pow(Double($1) - 11_999 / 12, 2) / (11_999 / 12) }
    #expect(chi > 70 && chi < 190)
  }

  @Test("parts are disjoint and together all, whatever their number", arguments: [1, 2, 3, 7, 50])
  func parts(_ count: Int) throws {
    let plan = try PermutationPlan(columns: group(20, 20), asked: 101, seed: 1)
    #expect((1...count).flatMap { Array(plan.numbers(part: $0, of: count)) } == Array(0..<101))
  }

  @Test("a design that allows fewer than 20 rearrangements is refused")
  func tooFew() {
    #expect(throws: StatisticsError.tooFewPermutations(found: 15, needed: 20)) {
      try PermutationPlan(columns: group(4, 2), asked: 100, seed: 1)
    }
  }
}
