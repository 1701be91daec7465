extension RandomNumberGenerator {
  /// Whether an event of this probability happens; draws one number in any case, so that switching one
  /// change off leaves the draws of the others where they were.
  package mutating func isHit(_ probability: Double) -> Bool {
    Double.random(in: 0..<1, using: &self) < probability
  }

  /// A vector whose components lie between -limit and limit.
  package mutating func vector(within limit: Double) -> SIMD3<Double> {
    let x = Double.random(in: -limit...limit, using: &self)
    let y = Double.random(in: -limit...limit, using: &self)
    let z = Double.random(in: -limit...limit, using: &self)
    return [x, y, z]
  }

  /// A factor between 1 / (1 + limit) and 1 + limit; growing and shrinking are equally likely.
  package mutating func factor(within limit: Double) -> Double {
    let change = Double.random(in: -limit...limit, using: &self)
    return change >= 0 ? 1 + change : 1 / (1 - change)
  }
}
