import Foundation
import Imaging

/// Samples slices of a scan and its labels along planes of world space.
struct SliceSampler {
  private let scan: Volume
  private let labels: LabelMap
  private let toVoxel: Affine
  /// Lower and upper corner of the scan's voxels in world mm.
  let whole: (low: SIMD3<Double>, high: SIMD3<Double>)
  /// Lower and upper corner of the labelled voxels in world mm; `nil` without any.
  private let labelled: (low: SIMD3<Double>, high: SIMD3<Double>)?
  private let black, white: Float

  /// Creates a sampler. Returns `nil` if the affine has no inverse.
  init?(scan: Volume, labels: LabelMap) {
    guard let toVoxel = scan.grid.affine.inverse else { return nil }
    self.scan = scan
    self.labels = labels
    self.toVoxel = toVoxel
    whole = HeadBox.corners(of: (.zero, scan.grid.shape &- 1), affine: scan.grid.affine)
    labelled = SliceSampler.box(of: labels)
    (black, white) = SliceSampler.window(of: scan.voxels)
  }

  /// The box of the labels, or of the whole scan if it has none.
  private var box: (low: SIMD3<Double>, high: SIMD3<Double>) { labelled ?? whole }

  /// The box of the head.
  var head: HeadBox { HeadBox(scan: scan, labels: labelled, black: black, white: white) }

  /// Returns world positions in mm along the plane's normal, evenly spaced over the inner part of the labels.
  /// - Parameters:
  ///   - plane: the slice plane.
  ///   - count: the number of positions.
  ///   - share: the covered share of the labels' extent.
  func positions(through plane: SlicePlane, count: Int, share: Double = 0.7) -> [Double] {
    let axis = plane.axes.through
    return (0..<count).map { index in
      let fraction = count > 1 ? (1 - share) / 2 + share * Double(index) / Double(count - 1) : 0.5
      return box.low[axis] + fraction * (box.high[axis] - box.low[axis])
    }
  }

  /// Returns a slice with the outlines of tissues.
  func slice(_ frame: SliceFrame, _ layers: [TissueLayer]) -> Picture {
    var picture = Picture(width: frame.width, height: frame.height)
    for y in 0..<frame.height {
      for x in 0..<frame.width { picture[x, y] = SIMD3(repeating: gray(at: toVoxel(frame.point(x, y)))) }
    }
    for layer in layers {
      let inside = inside(frame, label: layer.label)
      for index in inside.indices where inside[index] == .outline {
        picture[index % frame.width, index / frame.width] = layer.colour
      }
    }
    return picture
  }

  /// Returns the box of the labels in world mm, enlarged by a margin in mm on all sides.
  func labelBox(margin: Double) -> (low: SIMD3<Double>, high: SIMD3<Double>) {
    (box.low - margin, box.high + margin)
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

  /// The state of a tissue at a pixel.
  enum MaskPixel: UInt8 {
    case outside
    case inside
    /// Inside, with a neighbor outside the tissue or beyond the frame.
    case outline
  }

  /// Returns the state of a tissue at each pixel, rows from the top.
  /// - Parameter label: the tissue's label; `nil` for all labels together.
  func inside(_ frame: SliceFrame, label: UInt16? = nil) -> [MaskPixel] {
    let (width, height) = (frame.width, frame.height)
    let inside = (0..<width * height).map { index in
      let found = self.label(at: toVoxel(frame.point(index % width, index / width)))
      return label.map { $0 == found } ?? (found != 0)
    }
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

  /// Returns the value of the nearest voxel at each pixel, rows from the top; 0 outside its grid.
  func nearestValues(_ frame: SliceFrame) -> [Float] {
    (0..<frame.width * frame.height).map { index in
      nearest(toVoxel(frame.point(index % frame.width, index / frame.width)))
    }
  }

  /// Returns the value of the largest absolute size along the line through each pixel, rows from the top, and whether the
  /// line meets a label.
  /// - Parameters:
  ///   - frame: a frame through the first point of the lines.
  ///   - depth: length of the lines in mm.
  ///   - step: distance of the points on a line in mm.
  func projection(_ frame: SliceFrame, depth: Double, step: Double) -> (values: [Float], isInside: [Bool]) {
    var result = (
      values: [Float](repeating: 0, count: frame.width * frame.height),
      isInside: [Bool](repeating: false, count: frame.width * frame.height)
    )
    for index in result.values.indices {
      let point = frame.point(index % frame.width, index / frame.width)
      let first = toVoxel(point)
      let stride = toVoxel(point + frame.normal * step) - first
      for number in 0...Int(depth / step) {
        let voxel = SIMD3<Int>((first + stride * Double(number)).rounded(.toNearestOrAwayFromZero))
        guard contains(voxel) else { continue }
        let value = scan[voxel.x, voxel.y, voxel.z]
        if value.isFinite, abs(value) > abs(result.values[index]) { result.values[index] = value }
        if labels[voxel.x, voxel.y, voxel.z] != 0 { result.isInside[index] = true }
      }
    }
    return result
  }

  private func nearest(_ voxel: SIMD3<Double>) -> Float {
    let index = SIMD3<Int>(voxel.rounded(.toNearestOrAwayFromZero))
    return contains(index) ? scan[index.x, index.y, index.z] : 0
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

  /// Returns the label of the nearest voxel; 0 outside the grid.
  private func label(at voxel: SIMD3<Double>) -> UInt16 {
    let index = SIMD3<Int>(voxel.rounded(.toNearestOrAwayFromZero))
    return contains(index) ? labels[index.x, index.y, index.z] : 0
  }

  private func contains(_ index: SIMD3<Int>) -> Bool {
    all(index .>= 0) && all(index .< scan.grid.shape)
  }

  private static func box(of labels: LabelMap) -> (low: SIMD3<Double>, high: SIMD3<Double>)? {
    let shape = labels.grid.shape
    var first = shape
    var last = SIMD3<Int>(repeating: -1)
    for k in 0..<shape.z {
      for j in 0..<shape.y {
        for i in 0..<shape.x where labels[i, j, k] != 0 {
          first = pointwiseMin(first, [i, j, k])
          last = pointwiseMax(last, [i, j, k])
        }
      }
    }
    return last.x >= 0 ? HeadBox.corners(of: (first, last), affine: labels.grid.affine) : nil
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
