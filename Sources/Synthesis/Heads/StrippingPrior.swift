import Imaging
import Numerics

/// Which images show the brain alone, and how well it was cut out.
public struct StrippingPrior: Hashable, Codable, Sendable {
  /// Of images that are skull-stripped.
  public var share = 0.4
  /// How far the mask lies outside of the hull of gray and white matter, in mm.
  public var offset = -0.5...3.0
  /// Largest further displacement, smooth over the brain, in mm.
  public var ripple = 1.5
  /// Of stripped images: badly done, with parts of the skull left or of the brain lost.
  public var poorShare = 0.15
  public var poorOffset = -3.0...9.0
  public var poorRipple = 8.0
  /// Distance of the ripple's control points, in mm.
  public var rippleSpacing = 30.0
  /// Of stripped images: fluid near the surface is removed too.
  public var dryShare = 0.3
  /// How deep below the hull fluid is removed, in mm.
  public var dryDepth = 0.0...5.0
  /// Of dry images: the fluid that touches the cortex stays, as where a mask was made a voxel wider than the tissue that
  /// somebody found; `nil`, in models from before there was a choice, is none.
  public var filmShare: Double? = 0.6

  public init() {}
}

extension StrippingPrior {
  /// Draws how one image on a grid is stripped; `nil` where it is not.
  func draw(on grid: Grid, using generator: inout some RandomNumberGenerator) -> SkullStripping? {
    guard generator.isHit(share) else { return nil }
    let isPoor = generator.isHit(poorShare)
    let centre = Double.random(in: isPoor ? poorOffset : offset, using: &generator)
    let reach = Double.random(in: 0...(isPoor ? poorRipple : ripple), using: &generator)
    let isDry = generator.isHit(dryShare)
    let depth = Double.random(in: dryDepth, using: &generator)
    let field = SplineField(covering: grid.shape, spacing: rippleSpacing / grid.affine.spacing) {
      Float(centre + Double.random(in: -reach...reach, using: &generator))
    }
    return SkullStripping(offset: field, dryDepth: isDry ? Float(depth) : nil)
  }
}
