import Imaging
import Synthesis

/// Images made by formula, so that every voxel's value is known.
package enum Phantom {
  /// Each voxel holds a number of its own, and a label between 0 and 3 that depends on it.
  package static func numbered(_ shape: SIMD3<Int>, spacing: SIMD3<Double> = .one) -> LabeledImage {
    let grid = Grid(shape: shape, affine: Affine(spacing: spacing))
    let values = (0..<grid.count).map { Float($0 * 7919 % 10_007) }
    return LabeledImage(
      image: Volume(grid: grid, voxels: values),
      labels: LabelMap(grid: grid, labels: values.map { UInt16($0) % 4 }))
  }

  /// A smooth blob of peak 1 in the middle; label 1 where it exceeds one half.
  package static func blob(_ size: Int) -> LabeledImage {
    let grid = Grid(shape: [size, size, size], affine: .identity)
    let middle = Float(size - 1) / 2
    var volume = Volume(grid: grid)
    for k in 0..<size {
      for j in 0..<size {
        for i in 0..<size {
          let d = (SIMD3(Float(i), Float(j), Float(k)) - middle) / (0.3 * Float(size))
          volume[i, j, k] = 1 / (1 + (d * d).sum())
        }
      }
    }
    return LabeledImage(
      image: volume, labels: LabelMap(grid: grid, labels: volume.voxels.map { $0 > 0.5 ? 1 : 0 }))
  }

  /// A cube with a large block of label 1, a small one of label 2 and a single voxel of label 3.
  package static func tissues(_ size: Int) -> LabeledImage {
    let grid = Grid(shape: [size, size, size], affine: .identity)
    var labels = LabelMap(grid: grid)
    for k in 8..<24 {
      for j in 8..<24 { for i in 8..<24 { labels[i, j, k] = k < 10 && j < 10 ? 2 : 1 } }
    }
    labels[30, 31, 32] = 3
    return LabeledImage(image: Volume(grid: grid, repeating: 1), labels: labels)
  }
}
