import Foundation
import Imaging

/// Samples slices of a scan and its mask along planes of world space.
struct SliceSampler {
  private let scan: Volume
  private let mask: LabelMap
  private let options: SlicePicture.Options
  private let toVoxel: Affine
  private let pixelSize: Double
  /// Bounding box of the scan's voxels in world mm.
  private let low, high: SIMD3<Double>
  /// Bounding box of the mask's voxels in world mm, or the scan's if the mask is empty.
  private let maskLow, maskHigh: SIMD3<Double>
  private let black, white: Float

  /// Creates a sampler. Returns `nil` if the affine has no inverse.
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

  /// Returns world positions in mm along the plane's normal, evenly spaced over the inner part of the mask.
  /// - Parameters:
  ///   - plane: the slice plane.
  ///   - count: the number of positions.
  ///   - share: the covered share of the mask's extent.
  func positions(through plane: SlicePlane, count: Int, share: Double = 0.7) -> [Double] {
    let axis = plane.axes.through
    return (0..<count).map { index in
      let fraction = count > 1 ? (1 - share) / 2 + share * Double(index) / Double(count - 1) : 0.5
      return maskLow[axis] + fraction * (maskHigh[axis] - maskLow[axis])
    }
  }

  /// Returns a slice of the size of the scan's bounding box.
  func slice(_ plane: SlicePlane, at position: Double) -> Picture {
    let frame = SliceFrame(plane, at: position, from: low, to: high, pixelSize: pixelSize, options.convention)
    var picture = Picture(width: frame.width, height: frame.height)
    for y in 0..<frame.height {
      for x in 0..<frame.width { picture[x, y] = SIMD3(repeating: gray(at: toVoxel(frame.point(x, y)))) }
    }
    let inside = inside(frame)
    for index in inside.indices where inside[index] == .outline {
      picture[index % frame.width, index / frame.width] = options.outline
    }
    return picture
  }

  /// Returns the bounding box of the mask's voxels in world mm, enlarged by a margin in mm on all sides.
  func maskBox(margin: Double) -> (low: SIMD3<Double>, high: SIMD3<Double>) {
    (maskLow - margin, maskHigh + margin)
  }

  /// Returns the gray value of each pixel, rows from the top: the mean of four points in the pixel.
  func grays(_ frame: SliceFrame) -> [UInt8] {
    (0..<frame.width * frame.height).map { index in
      let (x, y) = (Double(index % frame.width), Double(index / frame.width))
      let sum = [(-0.25, -0.25), (0.25, -0.25), (-0.25, 0.25), (0.25, 0.25)].reduce(0) {
        $0 + Int(gray(at: toVoxel(frame.point(x + $1.0, y + $1.1))))
      }
      return UInt8(sum / 4)
    }
  }

  /// The state of a mask at a pixel.
  enum MaskPixel: UInt8 {
    case outside
    case inside
    /// Inside, with a neighbor outside the mask or beyond the frame.
    case outline
  }

  /// Returns the mask at each pixel, rows from the top.
  func inside(_ frame: SliceFrame) -> [MaskPixel] {
    let (width, height) = (frame.width, frame.height)
    let inside = (0..<width * height).map { isInside(toVoxel(frame.point($0 % width, $0 / width))) }
    return inside.indices.map { index in
      guard inside[index] else { return .outside }
      let (x, y) = (index % width, index / width)
      let isEdge =
        x == 0 || y == 0 || x == width - 1 || y == height - 1
        || !(inside[index - 1] && inside[index + 1] && inside[index - width] && inside[index + width])
      return isEdge ? .outline : .inside
    }
  }

  /// Returns the scan's value at each pixel, rows from the top; 0 outside its grid.
  func values(_ frame: SliceFrame) -> [Float] {
    (0..<frame.width * frame.height).map { index in
      value(at: toVoxel(frame.point(index % frame.width, index / frame.width)))
    }
  }

  private func gray(at voxel: SIMD3<Double>) -> UInt8 {
    let value = value(at: voxel)
    guard value.isFinite else { return 0 }
    return UInt8(min(max((value - black) / (white - black), 0), 1) * 255)
  }

  private func value(at voxel: SIMD3<Double>) -> Float {
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
    return value
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

  /// Returns the intensities of black and white. Zeros are ignored, because they are background of skull-stripped
  /// scans; a sample of about 100,000 voxels is sufficient for both percentiles.
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
