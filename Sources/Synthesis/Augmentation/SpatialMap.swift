import Imaging
import Numerics

/// Where the voxels of a patch come from: a map from voxel coordinates of the patch to those of the image.
///
/// It pulls back: p ↦ affine(p) + displacement(p). A map in the other direction would leave holes.
package struct SpatialMap: Sendable {
  /// From voxel coordinates of the patch to voxel coordinates of the image.
  package var affine: Affine
  /// Three fields over the patch, in voxels of the image along i, j, k; or none.
  package var displacement: [SplineField]

  package init(affine: Affine, displacement: [SplineField] = []) {
    precondition(displacement.isEmpty || displacement.count == 3, "a displacement has three components")
    self.affine = affine
    self.displacement = displacement
  }
}
