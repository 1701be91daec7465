import Imaging

/// The box in world space that contains the head, which pictures are cropped to.
///
/// It contains what is brighter than the air around the head, up to a distance from the labels: the neck and the
/// shoulders are left out, and noise in the air does not matter.
struct HeadBox {
  /// Lower and upper corner in world mm.
  let low, high: SIMD3<Double>

  /// Greatest distance in mm from the labels to the left, back and bottom.
  private static let below: SIMD3<Double> = [24, 24, 32]
  /// Greatest distance in mm from the labels to the right, front and top.
  private static let above: SIMD3<Double> = [24, 32, 24]
  /// Brightness of the head's border as a share of the scan's brightness.
  private static let threshold: Float = 0.12
  /// A plane of voxels is part of the head if at least this share of it is bright.
  private static let share = 0.01

  /// Finds the box.
  /// - Parameters:
  ///   - scan: the scan.
  ///   - labels: lower and upper corner of the labels in world mm; `nil` without labels.
  ///   - black: intensity of the darkest voxels that are not 0.
  ///   - white: intensity of the brightest tissue.
  init(scan: Volume, labels: (low: SIMD3<Double>, high: SIMD3<Double>)?, black: Float, white: Float) {
    // Where air is 0, as in scans without a skull, the darkest voxels that are not 0 are tissue.
    let air = min(black, 0)
    let head = Self.bright(scan, above: air + Self.threshold * (white - air))
    var (low, high) = Self.corners(of: head, affine: scan.grid.affine)
    if let labels {
      let room = scan.grid.affine.spacing
      low = pointwiseMin(pointwiseMax(low, labels.low - Self.below), labels.low - room)
      high = pointwiseMax(pointwiseMin(high, labels.high + Self.above), labels.high + room)
    }
    self.low = low
    self.high = high
  }

  /// Returns the first and last planes of voxels along each axis that have enough bright voxels; all planes if none has.
  private static func bright(_ scan: Volume, above limit: Float) -> (first: SIMD3<Int>, last: SIMD3<Int>) {
    let shape = scan.grid.shape
    var counts = (0..<3).map { [Int](repeating: 0, count: shape[$0]) }
    var index = 0
    for k in 0..<shape.z {
      for j in 0..<shape.y {
        for i in 0..<shape.x {
          if scan.voxels[index] > limit {
            counts[0][i] += 1
            counts[1][j] += 1
            counts[2][k] += 1
          }
          index += 1
        }
      }
    }
    var (first, last) = (SIMD3<Int>.zero, shape &- 1)
    for axis in 0..<3 {
      let least = max(1, Int(share * Double(scan.grid.count / shape[axis])))
      first[axis] = counts[axis].firstIndex { $0 >= least } ?? 0
      last[axis] = counts[axis].lastIndex { $0 >= least } ?? shape[axis] - 1
    }
    return (first, last)
  }

  static func corners(
    of box: (first: SIMD3<Int>, last: SIMD3<Int>), affine: Affine
  ) -> (low: SIMD3<Double>, high: SIMD3<Double>) {
    let own = Affine(i: affine.i, j: affine.j, k: affine.k, origin: affine(SIMD3<Double>(box.first)))
    let corners = Grid(shape: box.last &- box.first &+ 1, affine: own).corners
    return corners.reduce((corners[0], corners[0])) { (pointwiseMin($0.0, $1), pointwiseMax($0.1, $1)) }
  }
}
