import Imaging
import Numerics
import Synthesis

/// Where patches are cut: their size, and how strongly they are drawn towards labelled tissue.
public struct PatchSampler: Hashable, Codable, Sendable {
  /// Voxels of a patch along i, j, k.
  public var size: SIMD3<Int>
  /// The share of patches that are centred on a labelled voxel, its label drawn with equal chances among
  /// those present; the others lie anywhere in the image with equal chances.
  public var labeledFraction: Double
  /// The share, drawn before all others, of patches around the middle of the tissue.
  public var centring: Centring?

  public init(size: SIMD3<Int>, labeledFraction: Double = 0.7, centring: Centring? = nil) {
    precondition(size.x > 0 && size.y > 0 && size.z > 0, "a patch has at least one voxel along each axis")
    precondition((0...1).contains(labeledFraction), "a fraction lies between 0 and 1")
    self.size = size
    self.labeledFraction = labeledFraction
    self.centring = centring
  }

  /// A voxel to centre a patch on: voxel `size / 2` of the patch.
  ///
  /// Patches stay inside the image, because so do the tiles in which a scan is segmented: a centre too
  /// near the border is moved inwards. Those around the tissue end where they end, as the brain's window does. Along an axis on which the image is smaller than the patch, the
  /// patch holds the whole image.
  public func centre(in source: LabeledImage, using generator: inout some RandomNumberGenerator) -> SIMD3<Int>
  {
    // Drawn where there is a choice alone: without it, a seed gives the centres that it gave before.
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

  /// A voxel near the middle of a box.
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
