import Imaging
import Numerics
import Segmentation

/// What can be wrong with a scan before anything is segmented.
enum ScanCorruption: String, CaseIterable {
  case lying = "axes of back-front and bottom-top exchanged"
  case sideways = "axes of left-right and back-front exchanged"
  case upsideDown = "bottom and top exchanged"
  case backToFront = "back and front exchanged"
  case noise = "noise of 0.4 of the white"
  case cropped = "the upper 40 % outside of the field of view"
  case ghosts = "ghosts of 0.7 and 0.35, moved by an eighth and a quarter"

  func applied(to scan: Volume, seed: UInt64) -> Volume {
    switch self {
    case .lying: turned(scan, [0, 2, 1], [1, 1, -1])
    case .sideways: turned(scan, [1, 0, 2], [1, -1, 1])
    case .upsideDown: turned(scan, [0, 1, 2], [1, 1, -1])
    case .backToFront: turned(scan, [0, 1, 2], [1, -1, 1])
    case .noise: noisy(scan, seed: seed)
    case .cropped: cropped(scan)
    case .ghosts: ghostly(scan)
    }
  }

  /// A header that is wrong about the axes of the world: of each step the components are exchanged, and mirrored.
  private func turned(_ scan: Volume, _ axes: SIMD3<Int>, _ signs: SIMD3<Double>) -> Volume {
    func turned(_ step: SIMD3<Double>) -> SIMD3<Double> {
      SIMD3(step[axes.x], step[axes.y], step[axes.z]) * signs
    }
    let affine = scan.grid.affine
    let grid = Grid(
      shape: scan.grid.shape,
      affine: Affine(
        i: turned(affine.i), j: turned(affine.j), k: turned(affine.k), origin: turned(affine.origin)))
    return Volume(grid: grid, voxels: scan.voxels)
  }

  /// Rician, as magnitude images have it.
  private func noisy(_ scan: Volume, seed: UInt64) -> Volume {
    var generator = SeededGenerator(seed: seed)
    let inside = OrderStatistics(of: scan.voxels.filter { $0 > 0 })
    let deviation = 0.4 * Float(inside.percentile(95) ?? 1)
    var scan = scan
    for index in scan.voxels.indices {
      let real = scan.voxels[index] + deviation * NormalDistribution.standard.next(using: &generator)
      let imaginary = deviation * NormalDistribution.standard.next(using: &generator)
      scan.voxels[index] = (real * real + imaginary * imaginary).squareRoot()
    }
    return scan
  }

  /// Of the head, not of the air above it.
  private func cropped(_ scan: Volume) -> Volume {
    let upright = scan.reoriented(to: .ras)
    let grid = upright.grid
    let slice = grid.shape.x * grid.shape.y
    let filled = (0..<grid.shape.z).filter { k in
      upright.voxels[k * slice..<(k + 1) * slice].contains { $0 > 0 }
    }
    guard let first = filled.first, let last = filled.last else { return scan }
    let kept = first + (last - first) * 6 / 10
    return Volume(
      grid: Grid(shape: [grid.shape.x, grid.shape.y, kept], affine: grid.affine),
      voxels: Array(upright.voxels[..<(kept * slice)]))
  }

  /// As the synthesizer's ghosts: copies of the image moved along one axis are added to it, here strong ones.
  private func ghostly(_ scan: Volume) -> Volume {
    let shape = scan.grid.shape
    var result = scan
    for (share, strength) in [(8, Float(0.7)), (4, Float(0.35))] {
      let shift = shape.y / share
      for k in 0..<shape.z {
        for j in 0..<shape.y {
          let (to, from) = (scan.grid.offset(0, j, k), scan.grid.offset(0, (j + shift) % shape.y, k))
          for i in 0..<shape.x { result.voxels[to + i] += strength * scan.voxels[from + i] }
        }
      }
    }
    return result
  }
}
