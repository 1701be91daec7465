import Imaging
import Numerics

/// The prior distribution of the field of view.
public struct ViewPrior: Hashable, Codable, Sendable {
  /// Air on each side of the head, in mm.
  public var margin = 0.0...35.0
  /// Probability that the image ends between the lowest part of the head and the lowest part of the brain.
  public var neckProbability = 0.35
  /// Probability that a part of the brain is cut off, for each side.
  public var cropProbability = 0.03
  /// Extent of the missing part of the brain, in mm.
  public var crop = 0.0...30.0

  /// Creates the default prior.
  public init() {}

  /// The whole grid of the label map.
  package static let whole: ViewPrior = {
    var whole = ViewPrior()
    whole.margin = 1000...1000
    whole.neckProbability = 0
    whole.cropProbability = 0
    return whole
  }()
}

extension ViewPrior {
  /// Draws the field of view of a deformed head: its bounding box, extended by air or cropped.
  func window(
    of labels: HeadLabelMap, _ map: SpatialMap, using generator: inout some RandomNumberGenerator
  ) -> Window {
    let grid = labels.grid
    let (head, brain) = (box(of: labels.window, map, grid), box(of: labels.brainWindow, map, grid))
    let spacing = grid.affine.spacing
    let orientation = Orientation(grid.affine)
    var (low, high) = (SIMD3<Int>.zero, SIMD3<Int>.zero)
    for axis in 0..<3 {
      for isEnd in [false, true] {
        // The inferior side.
        let isBelow = orientation.worldAxes[axis] == 2 && (orientation.signs[axis] < 0) == isEnd
        let air = Double.random(in: margin, using: &generator) / spacing[axis]
        let isNeckCut = generator.isHit(neckProbability)
        let share = Double.random(in: 0...1, using: &generator)
        let isCut = generator.isHit(cropProbability)
        let missing = Double.random(in: crop, using: &generator) / spacing[axis]
        let (outer, inner) = isEnd ? (head.high[axis], brain.high[axis]) : (head.low[axis], brain.low[axis])
        let outwards: Double = isEnd ? 1 : -1
        var end = outer + outwards * air
        if isBelow && isNeckCut { end = outer + share * (inner - outer) }
        if isCut { end = inner - outwards * missing }
        if isEnd { high[axis] = Int(end.rounded()) } else { low[axis] = Int(end.rounded()) }
      }
      // The field of view keeps at least a slab of the head and stays inside the label map's grid.
      low[axis] = max(low[axis], 0)
      high[axis] = min(high[axis], grid.shape[axis] - 1)
      if high[axis] - low[axis] < 16 { (low[axis], high[axis]) = (0, grid.shape[axis] - 1) }
    }
    return Window(start: low, shape: high &- low &+ 1)
  }

  /// Returns the bounding box of a window's corners in the image.
  private func box(
    of window: Window, _ map: SpatialMap, _ grid: Grid
  ) -> (low: SIMD3<Double>, high: SIMD3<Double>) {
    guard let inverse = map.affine.inverse else { return (.zero, SIMD3<Double>(grid.shape &- 1)) }
    let (start, end) = (window.start, window.start &+ window.shape &- 1)
    var (low, high) = (SIMD3(repeating: Double.infinity), SIMD3(repeating: -Double.infinity))
    for corner in 0..<8 {
      let point = SIMD3<Double>(
        Double(corner & 1 == 0 ? start.x : end.x), Double(corner & 2 == 0 ? start.y : end.y),
        Double(corner & 4 == 0 ? start.z : end.z))
      let place = inverse(point)
      low = pointwiseMin(low, place)
      high = pointwiseMax(high, place)
    }
    return (low, high)
  }
}
