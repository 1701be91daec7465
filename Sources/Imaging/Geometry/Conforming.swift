/// Brings every scan onto the same kind of grid: axes, spacing and shape, around the scan's own middle.
public struct Conforming: Hashable, Codable, Sendable {
  public var orientation: Orientation
  /// Voxel size in mm along the reoriented axes.
  public var spacing: SIMD3<Double>
  /// Voxels along the reoriented axes.
  public var shape: SIMD3<Int>
  public var interpolation: Interpolation
  /// Whether a volume is smoothed before it goes onto larger voxels: `Volume.smoothed(for:)`.
  public var smoothing: Bool

  /// Without arguments: 256 voxels of 1 mm.
  public init(
    orientation: Orientation = .ras, spacing: SIMD3<Double> = .one,
    shape: SIMD3<Int> = SIMD3(repeating: 256), interpolation: Interpolation = .linear, smoothing: Bool = true
  ) {
    precondition(spacing.min() > 0, "a spacing is a length above 0")
    precondition(shape.min() > 0, "a grid has at least one voxel along each axis")
    self.orientation = orientation
    self.spacing = spacing
    self.shape = shape
    self.interpolation = interpolation
    self.smoothing = smoothing
  }

  /// The grid on which a scan with grid `source` arrives.
  public func grid(for source: Grid) -> Grid {
    let turned = source.reoriented(to: orientation)
    let resampled = turned.resampled(spacing: spacing)
    return Window(centredIn: resampled, shape: shape)(resampled)
  }

  /// `Volume.restored(onto:)` with the scan's grid leads back.
  public func callAsFunction(_ volume: Volume) -> Volume {
    let target = grid(for: volume.grid)
    let turned = volume.reoriented(to: orientation)
    let smooth = smoothing ? turned.smoothed(for: target) : turned
    return smooth.resampled(onto: target, interpolation: interpolation)
  }

  /// The nearest label, never interpolated.
  public func callAsFunction(_ map: LabelMap) -> LabelMap { map.resampled(onto: grid(for: map.grid)) }
}
