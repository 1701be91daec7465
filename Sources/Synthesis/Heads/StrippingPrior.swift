import Imaging
import Numerics

/// The prior distribution of skull stripping.
public struct StrippingPrior: Hashable, Codable, Sendable {
  /// Share of images that are skull-stripped.
  public var share = 0.4
  /// Distance of the mask outside the hull of gray and white matter, in mm.
  public var offset = -0.5...3.0
  /// Greatest additional displacement, smooth over the brain, in mm.
  public var ripple = 1.5
  /// Share of poorly stripped images among the stripped ones, with parts of the skull left or of the brain lost.
  public var poorShare = 0.15
  /// Distance of the mask in poorly stripped images, in mm.
  public var poorOffset = -3.0...9.0
  /// Greatest additional displacement in poorly stripped images, in mm.
  public var poorRipple = 8.0
  /// Distance of the displacement's control points, in mm.
  public var rippleSpacing = 30.0
  /// Share of stripped images in which fluid near the surface is removed too.
  public var dryShare = 0.3
  /// Depth below the hull to which fluid is removed, in mm.
  public var dryDepth = 0.0...5.0
  /// Share of those images in which the fluid next to the cortex is kept, as if the mask was the segmented tissue
  /// dilated by one voxel; `nil`, in models of older versions, for none.
  public var filmShare: Double? = 0.6

  /// Creates the default prior.
  public init() {}
}

extension StrippingPrior {
  /// Draws the skull stripping of an image on a grid; `nil` for none.
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

/// The skull stripping of one image, drawn from a `StrippingPrior`.
package struct SkullStripping: Sendable {
  /// Distance of the mask from the brain's hull at each voxel of the grid, in mm.
  var offset: SplineField
  /// Depth below the hull to which fluid is removed, in mm; `nil` for none.
  var dryDepth: Float?
  /// Whether fluid next to the cortex is kept.
  var keepsFilm = false

  /// Sets voxels outside the mask to air.
  /// - Returns: whether each voxel is kept.
  func apply(
    to sample: inout HeadLabelMap.Sample, on lattice: Lattice, kinds: [HeadLabelMap.Kind]
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
