import Imaging

/// A rectangle of pixels in a slice plane, with their world positions.
struct SliceFrame {
  let width, height: Int
  private let axes: (across: Int, up: Int, through: Int)
  private let corner: SIMD3<Double>
  private let stepAcross, pixelSize: Double

  /// Creates the frame of a box's cross-section.
  /// - Parameters:
  ///   - plane: the slice plane.
  ///   - position: world mm along the plane's normal.
  ///   - low: lower corner of the box in world mm.
  ///   - high: upper corner of the box in world mm.
  ///   - pixelSize: pixel size in mm.
  ///   - convention: whether left and right are swapped.
  init(
    _ plane: SlicePlane, at position: Double, from low: SIMD3<Double>, to high: SIMD3<Double>,
    pixelSize: Double, _ convention: SliceConvention
  ) {
    axes = plane.axes
    width = 1 + Int(((high[axes.across] - low[axes.across]) / pixelSize).rounded())
    height = 1 + Int(((high[axes.up] - low[axes.up]) / pixelSize).rounded())
    let isMirrored = convention == .radiological && axes.across == 0
    var corner = SIMD3<Double>.zero
    corner[axes.across] = isMirrored ? high[axes.across] : low[axes.across]
    corner[axes.up] = high[axes.up]
    corner[axes.through] = position
    self.corner = corner
    stepAcross = isMirrored ? -pixelSize : pixelSize
    self.pixelSize = pixelSize
  }

  /// Returns the world position in mm of a pixel's center; x to the right, y downward.
  func point(_ x: Double, _ y: Double) -> SIMD3<Double> {
    var point = corner
    point[axes.across] += x * stepAcross
    point[axes.up] -= y * pixelSize
    return point
  }

  /// Direction through the plane, to the right, front or top.
  var normal: SIMD3<Double> {
    var normal = SIMD3<Double>.zero
    normal[axes.through] = 1
    return normal
  }

  /// Returns the pixel nearest to a world position, which may be outside the frame.
  func pixel(of point: SIMD3<Double>) -> (x: Int, y: Int) {
    let x = (point[axes.across] - corner[axes.across]) / stepAcross
    let y = (corner[axes.up] - point[axes.up]) / pixelSize
    return (Int(x.rounded()), Int(y.rounded()))
  }

  /// What is at the left and at the right edge: `L` and `R` of the body, or `P` and `A` (posterior, anterior). The
  /// letters follow from the positions of the pixels, so that they are right by any convention.
  var ends: (left: String, right: String) {
    let letters = axes.across == 0 ? ("L", "R") : ("P", "A")
    return point(width - 1, 0)[axes.across] >= point(0, 0)[axes.across] ? letters : (letters.1, letters.0)
  }

  func point(_ x: Int, _ y: Int) -> SIMD3<Double> { point(Double(x), Double(y)) }
}
