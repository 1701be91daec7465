import Imaging
import Numerics

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
