import Foundation

/// Tail probabilities of Student's t and of F, by the continued fraction of the incomplete beta function (NIST Digital
/// Library of Mathematical Functions, 8.17.22).
package enum TailProbability {
  /// P(T ≥ t).
  package static func t(_ t: Double, _ degrees: Double) -> Double {
    let tail = 0.5 * incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5)
    return t < 0 ? 1 - tail : tail
  }

  /// P(F ≥ f).
  package static func f(_ f: Double, _ tested: Double, _ degrees: Double) -> Double {
    f <= 0 ? 1 : incompleteBeta(degrees / (degrees + tested * f), degrees / 2, tested / 2)
  }

  /// The statistic above which a tail has this probability, between 0 and 0.5.
  package static func threshold(_ probability: Double, tail: (Double) -> Double) -> Double {
    var (low, high) = (0.0, 1.0)
    while tail(high) > probability, high < 1e12 { (low, high) = (high, high * 2) }
    // Halved until both are one number.
    for _ in 0..<100 {
      let middle = (low + high) / 2
      if tail(middle) > probability { low = middle } else { high = middle }
    }
    return high
  }

  /// I_x(a, b), the regularized incomplete beta function.
  package static func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
    guard x > 0 else { return 0 }
    guard x < 1 else { return 1 }
    // The fraction converges fast below the mean; above it the other tail is taken.
    guard x < (a + 1) / (a + b + 2) else { return 1 - incompleteBeta(1 - x, b, a) }
    let front = exp(a * log(x) + b * log1p(-x) + lgamma(a + b) - lgamma(a) - lgamma(b)) / a
    return front * fraction(x, a, b)
  }

  /// By Lentz's method.
  private static func fraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
    let tiny = 1e-300
    func kept(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
    var (c, d) = (1.0, 1 / kept(1 - (a + b) * x / (a + 1)))
    var result = d
    for step in 1...10_000 {
      let m = Double(step)
      for term in [
        m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
        -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
      ] {
        d = 1 / kept(1 + term * d)
        c = kept(1 + term / c)
        result *= c * d
      }
      if abs(c * d - 1) < 1e-16 { break }
    }
    return result
  }
}
