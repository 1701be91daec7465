import Imaging
import Synthesis

/// A head of shells in FreeSurfer's codes: skin, bone, fluid, cortex, white matter, a ventricle and a thalamus.
package enum HeadPhantom {
  package static let table = LabelTable.freesurfer

  package static func map(_ size: Int = 48) -> LabelMap {
    let grid = Grid(shape: [size, size + 4, size - 2], affine: Affine(spacing: .one))
    var map = LabelMap(grid: grid)
    let middle = SIMD3<Float>(grid.shape &- 1) / 2
    let scale = Float(size) / 2
    for k in 0..<grid.shape.z {
      for j in 0..<grid.shape.y {
        for i in 0..<grid.shape.x {
          let d = (SIMD3(Float(i), Float(j), Float(k)) - middle) / scale
          map[i, j, k] = label(distance: (d * d).sum().squareRoot(), isFront: d.y > 0)
        }
      }
    }
    return map
  }

  private static func label(distance: Float, isFront: Bool) -> UInt16 {
    switch distance {
    case ..<0.12: 4
    case ..<0.25: isFront ? 10 : 2
    case ..<0.5: 2
    case ..<0.64: 3
    case ..<0.72: 24
    case ..<0.8: 515
    case ..<0.9: 511
    default: 0
    }
  }

  package static func head(_ size: Int = 48) throws -> HeadLabelMap {
    try HeadLabelMap(map(size), table: table, subject: "phantom", path: "phantom.nii")
  }
}
