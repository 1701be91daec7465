import Foundation
import Synthesis
import Testing

@Suite("HashNoise")
struct HashNoiseTests {
  @Test("quantiles are those of the normal distribution, of mean 0 and deviation 1")
  func quantiles() {
    let values = HashNoise.quantiles.map(Double.init)
    #expect(abs(values.reduce(0, +)) < 1e-3)
    #expect(abs(values.reduce(0) { $0 + $1 * $1 } / 4096 - 1) < 1e-5)
    for n in stride(from: 0, to: 4096, by: 64) {
      // Scaling to a deviation of 1 moves them by less than a thousandth.
      #expect(abs(0.5 * erfc(-values[n] / 2.0.squareRoot()) - (Double(n) + 0.5) / 4096) < 1e-3)
    }
  }

  @Test("voxels and their neighbours along each axis are not related")
  func independent() {
    let hash = HashNoise(seed: 4)
    let size = 24
    func value(_ i: Int, _ j: Int, _ k: Int, _ part: UInt64) -> Double {
      Double(HashNoise.quantiles[Int(hash.bits(i, row: hash.row(j, k)) >> (12 * part) & HashNoise.mask)])
    }
    var sums = [Double](repeating: 0, count: 5)
    for k in -size / 2..<size / 2 {
      for j in -size / 2..<size / 2 {
        for i in -size / 2..<size / 2 {
          let v = value(i, j, k, 0)
          let others = [
            1, value(i + 1, j, k, 0), value(i, j + 1, k, 0), value(i, j, k + 1, 0), value(i, j, k, 1),
          ]
          for n in sums.indices { sums[n] += v * others[n] }
        }
      }
    }
    // Five standard errors of a mean of 24³ products of variance 1.
    for sum in sums {
      #expect(abs(sum) / Double(size * size * size) < 5 / Double(size * size * size).squareRoot())
    }
  }
}
