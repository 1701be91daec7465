import Foundation
import Numerics

/// A smooth multiplicative bias field, given by its logarithm.
package struct BiasField {
  /// Logarithm of the field.
  package var logarithm: SplineField

  /// Creates a field.
  package init(logarithm: SplineField) {
    self.logarithm = logarithm
  }

  /// Multiplies the intensities of a patch of the size that the field covers.
  ///
  /// Black stays black: if an image has negative values, such as z-scores, its minimum is used as 0.
  package func apply(to patch: inout Patch) {
    let black = min(0, IntensityStatistics(patch.image).minimum)
    let size = patch.size
    var row = SplineRow(logarithm)
    patch.image.withUnsafeMutableBufferPointer { image in
      for k in 0..<size.z {
        for j in 0..<size.y {
          row.move(toRow: j, slab: k)
          let start = size.x * (j + size.y * k)
          row.values.withUnsafeBufferPointer { logarithm in
            for i in 0..<size.x {
              image[start + i] = black + (image[start + i] - black) * exp(logarithm[i])
            }
          }
        }
      }
    }
  }
}
