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

/// The mask by which one image was skull-stripped: the numbers drawn from a `StrippingPrior`.
package struct SkullStripping: Sendable {
  /// Of the mask from the brain's hull at each voxel of the grid, in mm.
  var offset: SplineField
  /// Fluid is removed to this depth below the hull, in mm; `nil` leaves it.
  var dryDepth: Float?
  /// Fluid that touches the cortex is not removed with it.
  var keepsFilm = false

  /// Makes air of what the mask leaves out.
  /// - Returns: which voxels are left.
  func apply(
    to sample: inout HeadLabels.Sample, on lattice: Lattice, kinds: [HeadLabels.Kind]
  ) -> [Bool] {
    let isFluid = kinds.map { $0.matter == .fluid || $0.matter == .film && !keepsFilm }
    var kept = [Bool](repeating: true, count: sample.indices.count)
    let unit = 1 / DepthMap.unitsPerMillimetre
    offset.restricted(to: lattice).forEachRow { start, offsets in
      for i in 0..<offsets.count {
        let index = start + i
        let depth = Float(sample.depth[index]) * unit
        var isKept = depth < offsets[i]
        if let dryDepth, isFluid[Int(sample.indices[index])], depth > -dryDepth { isKept = false }
        kept[index] = isKept
        if !isKept { sample.indices[index] = 0 }
      }
    }
    return kept
  }
}
