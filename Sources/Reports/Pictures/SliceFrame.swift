import Imaging

/// A rectangle of a slicing plane, in pixels: where each of them lies in the world.
struct SliceFrame {
  let width, height: Int
  private let axes: (across: Int, up: Int, through: Int)
  private let corner: SIMD3<Double>
  private let stepAcross, pixelSize: Double

  /// - Parameters:
  ///   - low: corner of a box in world mm whose section is shown.
  ///   - high: the corner opposite.
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

  /// World mm of a pixel's middle; x to the right, y downwards.
  func point(_ x: Double, _ y: Double) -> SIMD3<Double> {
    var point = corner
    point[axes.across] += x * stepAcross
    point[axes.up] -= y * pixelSize
    return point
  }

  func point(_ x: Int, _ y: Int) -> SIMD3<Double> { point(Double(x), Double(y)) }
}
