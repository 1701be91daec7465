import Imaging

/// How a head lies on a template: its world position for each position of the template, and the way back.
///
/// The head's position of x is `affine(forward(x))`, and the template's of y is `backward(affine⁻¹(y))`.
public struct ScanNormalization: Sendable {
  /// World mm of the template → world mm of the head, after `forward`.
  public let affine: Affine
  /// At half the template's resolution.
  public let velocity: StationaryVelocityField
  /// exp(v) and exp(−v) on the template's grid.
  public let forward, backward: Diffeomorphism

  public init(grid: Grid, affine: Affine, velocity: StationaryVelocityField) {
    self.affine = affine
    self.velocity = velocity
    let refined = velocity.carried(onto: grid)
    forward = Diffeomorphism(exponentialOf: refined)
    backward = Diffeomorphism(exponentialOf: refined, time: -1)
  }

  /// The template's grid.
  public var grid: Grid { forward.grid }

  /// What is done to a map so that it counts tissue.
  public enum Modulation: String, Codable, CaseIterable, Sendable {
    /// Times the Jacobian determinant of the whole map: ml of the head's own tissue per ml of the template.
    case all
    /// Times the determinant of the diffeomorphism alone: differences of head size are taken out.
    case nonlinear
    /// The values as they are: probabilities.
    case none
  }

  /// A map of the head on the template's grid. It is interpolated once, linearly, from its own voxels.
  public func normalized(_ map: Volume, modulation: Modulation = .none) -> Volume {
    let values = HeadSampling(of: map.grid, through: affine, after: forward).linear(map.voxels)
    return modulated(Volume(grid: grid, voxels: values), modulation)
  }

  /// A map in the template's space times the determinant.
  package func modulated(_ map: Volume, _ modulation: Modulation) -> Volume {
    guard modulation != .none else { return map }
    var result = map
    let scale = modulation == .all ? abs(Float(affine.determinant)) : 1
    let field = forward.field
    result.voxels.withUnsafeMutableBufferPointer { voxels in
      for index in voxels.indices { voxels[index] *= scale * field[index].w.exponential }
    }
    return result
  }

  /// A label map of the head on the template's grid: the nearest label, 0 outside.
  public func normalized(_ map: LabelMap) -> LabelMap {
    LabelMap(
      grid: grid, labels: HeadSampling(of: map.grid, through: affine, after: forward).nearest(map.labels))
  }
}
