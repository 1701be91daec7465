import Foundation
import Numerics
import Statistics

/// Family-wise error rates where nothing is to be found: age is permuted among real scans 200 times, and each data set is
/// tested with sex as covariate. The rates at 5 % and the uniformity of p (Kolmogorov and Smirnov) are printed for t, the
/// size of clusters, and TFCE; without blocks, with blocks that are permuted as a whole, and within blocks.
///
/// GRISEA_MAPS, GRISEA_PARTICIPANTS and GRISEA_SEX as `RealMaps` has them.
enum CalibrationBenchmark {
  private static let (dataSets, permutations, spacing) = (200, 200, 4.0)

  static func run() throws {
    guard let real = try RealMaps(spacing: spacing) else { return }
    let (mask, _, maps) = try real.smoothed()
    let scans = maps.count
    print(
      "\(scans) maps of \(mask.count) voxels of \(spacing) mm, \(dataSets) data sets, \(permutations) permutations"
    )
    let pairs = (0..<scans).map { "\($0 / 2)" }
    let parts = (0..<scans).map { "\($0 % 6)" }
    for (name, exchangeability) in [
      ("all exchangeable", Exchangeability.free), ("36 blocks as wholes", .whole(pairs)),
      ("within 6 blocks", .within(parts)),
    ] {
      var found: [FamilyWise] = []
      for number in 0..<dataSets {
        // The null data are drawn by the same rule of exchangeability that the test assumes.
        let age = try age(real, exchangeability, number)
        let columns = [Array(repeating: 1, count: scans), age, real.sex]
        found.append(
          try FamilyWise(
            maps, columns, mask: mask, permutations: permutations, seed: UInt64(1000 + number),
            exchangeability: exchangeability))
      }
      print(name)
      for (statistic, values) in [
        ("t", found.map(\.t)), ("cluster size", found.map(\.cluster)), ("TFCE", found.map(\.tfce)),
      ] {
        let rate = Double(values.count { $0 <= 0.05 }) / Double(values.count)
        print(
          "  " + statistic.padding(toLength: 13, withPad: " ", startingAt: 0)
            + String(
              format: "rate at 5 %%: %.1f %%; Kolmogorov–Smirnov p %.3f", 100 * rate, uniformity(values)))
      }
    }
  }

  private static func age(_ real: RealMaps, _ rule: Exchangeability, _ number: Int) throws -> [Double] {
    let plan = try PermutationPlan(
      columns: [real.age], exchangeability: rule, asked: dataSets + 1, seed: 77)
    return plan.rearrangement(number + 1).design.map { real.age[$0] }
  }

  /// p of Kolmogorov's and Smirnov's test against the uniform distribution on 1/n, 2/n, …, 1, whose steps it allows for.
  private static func uniformity(_ values: [Double]) -> Double {
    let (n, steps) = (Double(values.count), Double(permutations))
    let largest =
      (1...permutations).map { step in
        let limit = Double(step) / steps
        return abs(Double(values.count { $0 <= limit + 1e-9 }) / n - limit)
      }.max() ?? 0
    let x = (n.squareRoot() + 0.12 + 0.11 / n.squareRoot()) * largest
    let sum = (1...100).reduce(0.0) { sum, k in
      sum + (k.isMultiple(of: 2) ? -1 : 1) * exp(-2 * Double(k * k) * x * x)
    }
    return min(1, max(0, 2 * sum))
  }
}
