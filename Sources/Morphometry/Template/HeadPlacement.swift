import Imaging

/// Where one head lies on a template: what a round of template building finds for each head.
public struct HeadPlacement: Sendable, Equatable {
  /// World mm of the template → world mm of the head, after the flow of the velocity.
  public var affine: Affine
  public var velocity: StationaryVelocityField

  public init(affine: Affine, velocity: StationaryVelocityField) {
    self.affine = affine
    self.velocity = velocity
  }

  /// The mean of the velocities, added in order.
  public static func meanVelocity(_ placements: [HeadPlacement]) -> StationaryVelocityField? {
    guard var sum = placements.first?.velocity else { return nil }
    for placement in placements.dropFirst() { sum = sum + placement.velocity }
    return sum * (1 / Float(placements.count))
  }
}

extension StationaryVelocityField {
  /// The vectors, to be written.
  public var volume: VectorVolume {
    VectorVolume(grid: grid, vectors: vectors.map { SIMD3($0.x, $0.y, $0.z) })
  }

  /// - Parameter volume: on axes that run to the right, front and top, with one spacing.
  public init?(_ volume: VectorVolume) {
    guard volume.grid.isIsotropicRAS else { return nil }
    self.init(grid: volume.grid)
    for index in volume.vectors.indices { vectors[index] = SIMD4(volume.vectors[index], 0) }
  }
}
