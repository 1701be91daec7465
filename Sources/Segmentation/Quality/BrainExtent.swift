import Imaging

/// The position and extent of a brain, and whether it seems to be cut off.
struct BrainExtent {
  /// World mm of the outermost voxels' centers along each axis of the world.
  private(set) var low = SIMD3<Double>(repeating: .infinity)
  private(set) var high = SIMD3<Double>(repeating: -.infinity)
  /// Center of gravity in world mm.
  let centre: SIMD3<Double>
  /// Area of the first or last slice over that of the largest slice, the maximum over both ends of all three voxel
  /// axes.
  let cutShare: Double
  /// The same ratio for the slices at the border of the field of view.
  let borderShare: Double

  /// Measures a mask. Returns `nil` if the mask is empty.
  init?(_ brain: LabelMap) {
    let shape = brain.grid.shape
    var slices = (0..<3).map { [Int](repeating: 0, count: shape[$0]) }
    var sum = SIMD3<Double>.zero
    var count = 0
    for k in 0..<shape.z {
      for j in 0..<shape.y {
        let offset = brain.grid.offset(0, j, k)
        let row = brain.labels[offset..<offset + shape.x]
        guard let first = row.firstIndex(where: { $0 > 0 }), let last = row.lastIndex(where: { $0 > 0 })
        else { continue }
        for end in [first, last] {
          let point = brain.grid.affine([Double(end - offset), Double(j), Double(k)])
          low = pointwiseMin(low, point)
          high = pointwiseMax(high, point)
        }
        var (inside, places) = (0, 0)
        for index in first...last where row[index] > 0 {
          slices[0][index - offset] += 1
          inside += 1
          places += index - offset
        }
        slices[1][j] += inside
        slices[2][k] += inside
        sum += SIMD3(Double(places), Double(j * inside), Double(k * inside))
        count += inside
      }
    }
    guard count > 0 else { return nil }
    centre = brain.grid.affine(sum / Double(count))
    cutShare = slices.map { Self.shareOfEnds($0.filter { $0 > 0 }) }.max() ?? 0
    borderShare = slices.map(Self.shareOfEnds).max() ?? 0
  }

  /// Returns the larger of the first and last count over the largest count.
  private static func shareOfEnds(_ counts: [Int]) -> Double {
    guard let first = counts.first, let last = counts.last, let most = counts.max(), most > 0 else {
      return 0
    }
    return Double(max(first, last)) / Double(most)
  }
}
