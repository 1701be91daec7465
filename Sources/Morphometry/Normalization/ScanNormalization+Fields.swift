import Imaging
import Numerics

/// Displacement fields as ITK's programs apply them (ANTs, SimpleITK, Slicer, greedy): for each voxel of the space that
/// an image is brought into, the way to the place where the image is to be read, in mm along the left, the back and the
/// top (LPS). The affine map is part of it.
extension ScanNormalization {
  /// Brings images of the head into the template's space: from the template's voxels to the head's positions.
  public var fieldOfHead: VectorVolume {
    displacements(on: grid) { position, index in
      let u = forward.field[index]
      return affine(position + SIMD3(Double(u.x), Double(u.y), Double(u.z)))
    }
  }

  /// Brings images of the template into the head's space: from the head's positions to the template's.
  /// - Parameter head: the head's own grid. The field has its axes and at most the template's resolution, and covers what
  ///   lies within both the head's field of view and the template's.
  /// - Returns: `nil` where the head's field of view and the template's have nothing in common.
  public func fieldOfTemplate(in head: Grid) -> VectorVolume? {
    guard let inverse = affine.inverse, let grid = fieldGrid(in: head) else { return nil }
    let local = backward
    return displacements(on: grid) { position, _ in local(inverse(position)) }
  }

  /// Steps of a written displacement in mm. What lies below is no one's anatomy, and files get a third smaller.
  package static let fieldStep: Float = 1 / 1024

  private func displacements(
    on grid: Grid, _ image: (_ position: SIMD3<Double>, _ index: Int) -> SIMD3<Double>
  ) -> VectorVolume {
    let shape = grid.shape
    let vectors = [SIMD3<Float>](unsafeUninitializedCapacity: grid.count) { vectors, filled in
      ParallelLoop.forEach(over: shape.z, size: 2) { slices in
        for k in slices {
          for j in 0..<shape.y {
            for i in 0..<shape.x {
              let index = grid.offset(i, j, k)
              let position = grid.affine([Double(i), Double(j), Double(k)])
              let way = image(position, index) - position
              let rounded = (SIMD3(Float(-way.x), Float(-way.y), Float(way.z)) / Self.fieldStep).rounded(
                .toNearestOrEven)
              vectors.initializeElement(at: index, to: rounded * Self.fieldStep)
            }
          }
        }
      }
      filled = grid.count
    }
    return VectorVolume(grid: grid, vectors: vectors)
  }

  /// The head's grid at no finer spacing than the template's, cut to the box around the template's field of view.
  private func fieldGrid(in head: Grid) -> Grid? {
    let spacing = head.affine.spacing
    let least = SIMD3<Double>(repeating: Double(grid.isotropicSpacing))
    let coarse = head.resampled(spacing: spacing.replacing(with: least, where: spacing .< least))
    guard let toVoxel = coarse.affine.inverse else { return nil }
    let corner = SIMD3<Double>(grid.shape &- 1)
    var (low, high) = (SIMD3<Double>(repeating: .infinity), SIMD3<Double>(repeating: -.infinity))
    for n in 0..<8 {
      let sides = SIMD3(Double(n & 1), Double(n >> 1 & 1), Double(n >> 2 & 1))
      let voxel = toVoxel(affine(grid.affine(corner * sides)))
      low = low.replacing(with: voxel, where: voxel .< low)
      high = high.replacing(with: voxel, where: voxel .> high)
    }
    var result = coarse
    var first = SIMD3<Int>.zero
    for axis in 0..<3 {
      first[axis] = max(0, Int(low[axis].rounded(.down)))
      result.shape[axis] = min(coarse.shape[axis] - 1, Int(high[axis].rounded(.up))) - first[axis] + 1
    }
    guard result.shape.min() > 0 else { return nil }
    result.affine.origin = coarse.affine(SIMD3<Double>(first))
    return result
  }
}
