import Foundation
import Imaging

/// Cuts slices through a scan and its mask along planes of world space.
struct SliceSampler {
  private let scan: Volume
  private let mask: LabelMap
  private let options: SlicePicture.Options
  private let toVoxel: Affine
  private let pixelSize: Double
  /// Box in world mm around the scan's voxels.
  private let low, high: SIMD3<Double>
  /// Box in world mm around the mask's voxels, or the scan's where the mask is empty.
  private let maskLow, maskHigh: SIMD3<Double>
  private let black, white: Float

  /// `nil` if the affine has no inverse.
  init?(scan: Volume, mask: LabelMap, options: SlicePicture.Options) {
    guard let toVoxel = scan.grid.affine.inverse else { return nil }
    self.scan = scan
    self.mask = mask
    self.options = options
    self.toVoxel = toVoxel
    let spacing = scan.grid.affine.spacing
    pixelSize = options.pixelSize ?? min(spacing.x, spacing.y, spacing.z) / 2
    let corners = scan.grid.corners
    (low, high) = corners.reduce((corners[0], corners[0])) {
      (pointwiseMin($0.0, $1), pointwiseMax($0.1, $1))
    }
    (maskLow, maskHigh) = SliceSampler.box(of: mask) ?? (low, high)
    (black, white) = SliceSampler.window(of: scan.voxels)
  }

  /// World positions in mm along the plane's normal, between 15 % and 85 % of the mask's extent.
  func positions(through plane: SlicePlane, count: Int) -> [Double] {
    let axis = plane.axes.through
    return (0..<count).map { index in
      let fraction = count > 1 ? 0.15 + 0.7 * Double(index) / Double(count - 1) : 0.5
      return maskLow[axis] + fraction * (maskHigh[axis] - maskLow[axis])
    }
  }

  /// One slice as wide and high as the scan's box.
  func slice(_ plane: SlicePlane, at position: Double) -> Picture {
    let (across, up, through) = plane.axes
    let width = 1 + Int(((high[across] - low[across]) / pixelSize).rounded())
    let height = 1 + Int(((high[up] - low[up]) / pixelSize).rounded())
    let isMirrored = options.convention == .radiological && across == 0
    var inside = [Bool](repeating: false, count: width * height)
    var picture = Picture(width: width, height: height)
    for y in 0..<height {
      for x in 0..<width {
        var point = SIMD3<Double>()
        point[across] =
          isMirrored ? high[across] - Double(x) * pixelSize : low[across] + Double(x) * pixelSize
        point[up] = high[up] - Double(y) * pixelSize
        point[through] = position
        let voxel = toVoxel(point)
        picture[x, y] = SIMD3(repeating: gray(at: voxel))
        inside[x + width * y] = isInside(voxel)
      }
    }
    for y in 0..<height {
      for x in 0..<width where inside[x + width * y] {
        let isEdge =
          x == 0 || y == 0 || x == width - 1 || y == height - 1
          || !(inside[x - 1 + width * y] && inside[x + 1 + width * y] && inside[x + width * (y - 1)]
            && inside[x + width * (y + 1)])
        if isEdge { picture[x, y] = options.outline }
      }
    }
    return picture
  }

  private func gray(at voxel: SIMD3<Double>) -> UInt8 {
    let floor = voxel.rounded(.down)
    let fraction = SIMD3<Float>(voxel - floor)
    let base = SIMD3<Int>(floor)
    var value: Float = 0
    for corner in 0..<8 {
      let step = SIMD3<Int>(corner & 1, corner >> 1 & 1, corner >> 2)
      let index = base &+ step
      guard contains(index) else { continue }
      var weight: Float = 1
      for axis in 0..<3 { weight *= step[axis] == 1 ? fraction[axis] : 1 - fraction[axis] }
      if weight > 0 { value += weight * scan[index.x, index.y, index.z] }
    }
    guard value.isFinite else { return 0 }
    return UInt8(min(max((value - black) / (white - black), 0), 1) * 255)
  }

  private func isInside(_ voxel: SIMD3<Double>) -> Bool {
    let index = SIMD3<Int>(voxel.rounded(.toNearestOrAwayFromZero))
    return contains(index) && mask[index.x, index.y, index.z] != 0
  }

  private func contains(_ index: SIMD3<Int>) -> Bool {
    all(index .>= 0) && all(index .< scan.grid.shape)
  }

  private static func box(of mask: LabelMap) -> (SIMD3<Double>, SIMD3<Double>)? {
    let shape = mask.grid.shape
    var first = shape
    var last = SIMD3<Int>(repeating: -1)
    for k in 0..<shape.z {
      for j in 0..<shape.y {
        for i in 0..<shape.x where mask[i, j, k] != 0 {
          first = pointwiseMin(first, [i, j, k])
          last = pointwiseMax(last, [i, j, k])
        }
      }
    }
    guard last.x >= 0 else { return nil }
    let affine = Affine(
      i: mask.grid.affine.i, j: mask.grid.affine.j, k: mask.grid.affine.k,
      origin: mask.grid.affine(SIMD3<Double>(first)))
    let corners = Grid(shape: last &- first &+ 1, affine: affine).corners
    return corners.reduce((corners[0], corners[0])) { (pointwiseMin($0.0, $1), pointwiseMax($0.1, $1)) }
  }

  /// Intensities that become black and white. Zeros are left out, for they are the air around a stripped brain;
  /// a sample of about 100,000 voxels settles both percentiles.
  private static func window(of voxels: [Float]) -> (Float, Float) {
    let step = max(1, voxels.count / 200_000)
    let sample = stride(from: 0, to: voxels.count, by: step).map { voxels[$0] }
      .filter { $0.isFinite && $0 != 0 }.sorted()
    guard let first = sample.first, let last = sample.last, last > first else { return (0, 1) }
    let black = sample[sample.count / 100]
    let white = sample[min(sample.count - 1, Int(0.995 * Double(sample.count)))]
    return white > black ? (black, white) : (first, last)
  }
}
