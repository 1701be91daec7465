import Foundation
import Imaging
import Numerics

/// Random spatial transforms. Lengths are in mm, so that they do not depend on the grid.
public struct SpatialAugmentation: Hashable, Codable, Sendable {
  /// Probability of a left-right flip. A brain mirrored along any other axis does not occur.
  public var flipProbability = 0.5
  /// Probability of a combined rotation, scaling and shear about the middle of the patch.
  public var affineProbability = 0.7
  /// Greatest rotation about each axis, in degrees.
  public var rotation = 15.0
  /// Greatest scaling along each axis: factors lie between 1 / (1 + scaling) and 1 + scaling.
  public var scaling = 0.15
  /// Greatest shear, the off-diagonal entries of the matrix.
  public var shear = 0.05
  /// Probability of an elastic deformation.
  public var elasticProbability = 0.4
  /// Distance of the control points of the elastic deformation, in mm.
  public var elasticSpacing = 24.0
  /// Greatest displacement of a control point along each axis, in mm; it is limited to 0.4 of `elasticSpacing`, because
  /// the map may fold beyond that.
  public var elasticDisplacement = 6.0

  /// Creates the default transforms.
  public init() {}

  /// No transforms.
  public static let none: SpatialAugmentation = {
    var none = SpatialAugmentation()
    none.flipProbability = 0
    none.affineProbability = 0
    none.elasticProbability = 0
    return none
  }()

  /// A uniform cubic B-spline map in 3D is one-to-one if its control points move by less than 1 / 2.48 of their
  /// distance along each axis (Choi and Lee 2000).
  private static let foldingLimit = 0.4

  /// Draws the map from voxels of a patch to voxels of the image.
  /// - Parameters:
  ///   - grid: the image's grid.
  ///   - centre: voxel of the image at voxel `size / 2` of the patch.
  ///   - size: voxels of the patch along i, j, k.
  ///   - generator: draws the transforms.
  package func map(
    from grid: Grid, centre: SIMD3<Int>, size: SIMD3<Int>, using generator: inout some RandomNumberGenerator
  ) -> SpatialMap {
    var linear = Affine.identity
    if generator.isHit(flipProbability) { linear = SpatialAugmentation.mirror(grid) }
    if generator.isHit(affineProbability) {
      // The transform is drawn in mm along the voxel axes: voxel → mm → transformed mm → voxel.
      let spacing = grid.affine.spacing
      linear = Affine(spacing: 1 / spacing).composed(after: randomAffine(using: &generator))
        .composed(after: Affine(spacing: spacing)).composed(after: linear)
    }
    // The middle of the patch is fixed. It has half-integer coordinates, so a map that only crops or flips is exact.
    let middle = SIMD3<Double>(size &- 1) / 2
    linear.origin = SIMD3<Double>(centre &- size / 2) + middle - linear.linear(middle)
    guard generator.isHit(elasticProbability) else { return SpatialMap(affine: linear) }
    let fields = displacement(of: size, spacing: grid.affine.spacing, using: &generator)
    return SpatialMap(affine: linear, displacement: fields)
  }

  private static func mirror(_ grid: Grid) -> Affine {
    let rightward = [abs(grid.affine.i.x), abs(grid.affine.j.x), abs(grid.affine.k.x)]
    var scales = SIMD3<Double>.one
    if rightward[0] >= max(rightward[1], rightward[2]) {
      scales.x = -1
    } else if rightward[1] >= rightward[2] {
      scales.y = -1
    } else {
      scales.z = -1
    }
    return Affine(spacing: scales)
  }

  private func randomAffine(using generator: inout some RandomNumberGenerator) -> Affine {
    let angles = generator.vector(within: rotation * .pi / 180)
    let scales = SIMD3((0..<3).map { _ in generator.factor(within: scaling) })
    let (upper, lower) = (generator.vector(within: shear), generator.vector(within: shear))
    let shearing = Affine(
      i: [1, lower.x, lower.y], j: [upper.x, 1, lower.z], k: [upper.y, upper.z, 1], origin: .zero)
    return Affine.rotation(angles).composed(after: Affine(spacing: scales)).composed(after: shearing)
  }

  private func displacement(
    of size: SIMD3<Int>, spacing: SIMD3<Double>, using generator: inout some RandomNumberGenerator
  ) -> [SplineField] {
    let largest = min(elasticDisplacement, SpatialAugmentation.foldingLimit * elasticSpacing)
    let amplitude = Double.random(in: 0...largest, using: &generator)
    return (0..<3).map { axis in
      let reach = Float(amplitude / spacing[axis])
      return SplineField(covering: size, spacing: elasticSpacing / spacing) {
        Float.random(in: -reach...reach, using: &generator)
      }
    }
  }
}

/// A map from voxel coordinates of a patch to those of the image (pull-back): p ↦ affine(p) + displacement(p). A map in
/// the other direction would leave holes.
package struct SpatialMap: Sendable {
  /// Affine part, from voxel coordinates of the patch to voxel coordinates of the image.
  package var affine: Affine
  /// Displacement, three fields over the patch in voxels of the image along i, j, k; empty for none.
  package var displacement: [SplineField]

  /// Creates a map.
  package init(affine: Affine, displacement: [SplineField] = []) {
    precondition(displacement.isEmpty || displacement.count == 3, "a displacement has no or three components")
    self.affine = affine
    self.displacement = displacement
  }
}

extension Affine {
  /// Returns the rotation about the first axis, then the second, then the third, through the origin; angles are in
  /// radians.
  static func rotation(_ angles: SIMD3<Double>) -> Affine {
    let (a, b, c) = (angles.x, angles.y, angles.z)
    let first = Affine(i: [1, 0, 0], j: [0, cos(a), sin(a)], k: [0, -sin(a), cos(a)], origin: .zero)
    let second = Affine(i: [cos(b), 0, -sin(b)], j: [0, 1, 0], k: [sin(b), 0, cos(b)], origin: .zero)
    let third = Affine(i: [cos(c), sin(c), 0], j: [-sin(c), cos(c), 0], k: [0, 0, 1], origin: .zero)
    return third.composed(after: second).composed(after: first)
  }
}
