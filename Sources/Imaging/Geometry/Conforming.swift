/// Brings scans onto grids of one kind: axes, spacing and shape, around each scan's own middle.
///
/// `Volume.restored(onto:)` and `LabelMap.restored(onto:)` with the scan's grid lead back.
public struct Conforming: Hashable, Codable, Sendable {
  public var orientation: Orientation
  /// Voxel size in mm along the reoriented axes; `nil` keeps the scan's.
  public var spacing: SIMD3<Double>?
  /// Voxels along the reoriented axes, cropped and padded with 0; `nil` keeps the field of view.
  public var shape: SIMD3<Int>?
  public var interpolation: Interpolation
  /// Whether a volume is smoothed before it goes onto larger voxels: `Volume.smoothed(for:)`. The nearest voxels
  /// are taken as they are.
  public var smoothing: Bool

  public init(
    orientation: Orientation = .ras, spacing: SIMD3<Double>? = nil, shape: SIMD3<Int>? = nil,
    interpolation: Interpolation = .linear, smoothing: Bool = true
  ) {
    precondition(spacing.map { $0.min() > 0 } ?? true, "a spacing is a length above 0")
    precondition(shape.map { $0.min() > 0 } ?? true, "a grid has at least one voxel along each axis")
    self.orientation = orientation
    self.spacing = spacing
    self.shape = shape
    self.interpolation = interpolation
    self.smoothing = smoothing
  }

  /// The grid on which a scan with grid `source` arrives.
  public func grid(for source: Grid) -> Grid {
    var result = source.reoriented(to: orientation)
    if let spacing {
      let resampled = result.resampled(spacing: spacing)
      // Same size and shape within a header's rounding: nothing to interpolate.
      if !resampled.matches(result) { result = resampled }
    }
    guard let shape, shape != result.shape else { return result }
    return Window(centredIn: result, shape: shape)(result)
  }

  public func callAsFunction(_ volume: Volume) -> Volume {
    let target = grid(for: volume.grid)
    let turned = volume.reoriented(to: orientation)
    let source = smoothing && interpolation != .nearest ? turned.smoothed(for: target) : turned
    return source.resampled(onto: target, interpolation: interpolation)
  }

  /// The nearest label, never interpolated.
  public func callAsFunction(_ map: LabelMap) -> LabelMap {
    map.reoriented(to: orientation).resampled(onto: grid(for: map.grid))
  }
}

extension Conforming {
  /// A spacing that is no length and a shape that is none are errors here: the value comes from a file. One
  /// written before there were shapes, interpolations and smoothing has no shape, is linear and does not smooth,
  /// as it did then.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    orientation = try container.decode(Orientation.self, forKey: .orientation)
    spacing = try container.decodeIfPresent(SIMD3<Double>.self, forKey: .spacing)
    shape = try container.decodeIfPresent(SIMD3<Int>.self, forKey: .shape)
    interpolation = try container.decodeIfPresent(Interpolation.self, forKey: .interpolation) ?? .linear
    smoothing = try container.decodeIfPresent(Bool.self, forKey: .smoothing) ?? false
    if let spacing, !(spacing.min() > 0 && spacing.max().isFinite) {
      throw DecodingError.dataCorruptedError(
        forKey: .spacing, in: container,
        debugDescription: "spacing \(spacing): lengths in mm above 0 are needed")
    }
    if let shape, !(shape.min() > 0 && shape.max() <= Self.mostVoxels) {
      throw DecodingError.dataCorruptedError(
        forKey: .shape, in: container,
        debugDescription: "shape \(shape): 1 to \(Self.mostVoxels) voxels along each axis are needed")
    }
  }

  /// Along an axis; a head at 0.2 mm has as many.
  public static let mostVoxels = 1024
}
