import Imaging
import Numerics
import Synthesis

/// Draws the positions of training patches.
public struct PatchSampler: Hashable, Codable, Sendable {
  /// Voxels of a patch along i, j, k.
  public var size: SIMD3<Int>
  /// Share of patches that are centered on a labeled voxel, with equal probability for each label of the image. The
  /// others are uniformly distributed over the image.
  public var labeledFraction: Double
  /// Share, drawn before all others, of patches around the middle of the tissue; `nil` for none.
  public var centring: Centring?

  /// Creates a sampler.
  public init(size: SIMD3<Int>, labeledFraction: Double = 0.7, centring: Centring? = nil) {
    precondition(size.x > 0 && size.y > 0 && size.z > 0, "a patch needs at least one voxel along each axis")
    precondition((0...1).contains(labeledFraction), "the fraction must be between 0 and 1")
    self.size = size
    self.labeledFraction = labeledFraction
    self.centring = centring
  }

  /// Returns the voxel of the image at voxel `size / 2` of the patch.
  ///
  /// Patches stay inside the image, as do the windows in which a scan is segmented: a center near the border is moved
  /// inward. Patches around the tissue may extend beyond the image, as the brain's window may. Along an axis on which
  /// the image is smaller than the patch, the patch contains the whole image.
  public func centre(in source: LabeledImage, using generator: inout some RandomNumberGenerator) -> SIMD3<Int>
  {
    // Nothing is drawn if there is no centering, so that a seed still gives the same centers as in earlier versions.
    if let centring, let tissue = source.tissueWindow, generator.isHit(centring.share) {
      let spacing = source.image.grid.affine.spacing
      return middle(of: tissue, within: centring.offset / spacing, using: &generator)
    }
    let shape = source.shape
    let labeled = Double.random(in: 0..<1, using: &generator) < labeledFraction
    let wanted = labeled ? source.index.randomOffset(using: &generator) : nil
    var centre = SIMD3<Int>.zero
    for axis in 0..<3 {
      let slack = shape[axis] - size[axis]
      let origins = min(0, slack)...max(0, slack)
      if let wanted {
        let voxel = PatchSampler.position(of: wanted, along: axis, shape)
        centre[axis] = min(max(voxel - size[axis] / 2, origins.lowerBound), origins.upperBound)
      } else {
        centre[axis] = Int.random(in: origins, using: &generator)
      }
    }
    return centre &+ size / 2
  }

  /// Returns a voxel near the middle of a box.
  /// - Parameter reach: greatest distance from the middle along each axis, in voxels.
  private func middle(
    of box: Window, within reach: SIMD3<Double>, using generator: inout some RandomNumberGenerator
  ) -> SIMD3<Int> {
    var centre = SIMD3<Double>(2 &* box.start &+ box.shape &- 1) / 2
    for axis in 0..<3 { centre[axis] += Double.random(in: -reach[axis]...reach[axis], using: &generator) }
    return SIMD3<Int>(centre.rounded(.toNearestOrEven))
  }

  private static func position(of offset: Int, along axis: Int, _ shape: SIMD3<Int>) -> Int {
    switch axis {
    case 0: offset % shape.x
    case 1: offset / shape.x % shape.y
    default: offset / (shape.x * shape.y)
    }
  }
}
