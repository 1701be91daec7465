extension RandomNumberGenerator {
  /// Returns whether an event of the given probability happens.
  ///
  /// One number is drawn for any probability, so that switching one change off does not alter the draws of the others.
  @inlinable
  package mutating func isHit(_ probability: Double) -> Bool {
    Double.random(in: 0..<1, using: &self) < probability
  }

  /// Returns a vector with components uniformly distributed between -limit and limit.
  @inlinable
  package mutating func vector(within limit: Double) -> SIMD3<Double> {
    let x = Double.random(in: -limit...limit, using: &self)
    let y = Double.random(in: -limit...limit, using: &self)
    let z = Double.random(in: -limit...limit, using: &self)
    return [x, y, z]
  }

  /// Returns a factor between 1 / (1 + limit) and 1 + limit. Factors above and below 1 are equally probable.
  @inlinable
  package mutating func factor(within limit: Double) -> Double {
    let change = Double.random(in: -limit...limit, using: &self)
    return change >= 0 ? 1 + change : 1 / (1 - change)
  }
}
