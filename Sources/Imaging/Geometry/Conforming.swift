/// The conformation of scans: resampling to common axes, spacing and shape, around the middle of each scan.
///
/// `Volume.restored(onto:)` and `LabelMap.restored(onto:)` resample results back onto the scan's grid.
public struct Conforming: Hashable, Codable, Sendable {
  /// The directions of the axes after conformation.
  public var orientation: Orientation
  /// The voxel size in mm along the reoriented axes, or `nil` to keep that of the scan.
  public var spacing: SIMD3<Double>?
  /// The numbers of voxels along the reoriented axes, reached by cropping and by padding with 0, or `nil` to keep the
  /// field of view.
  public var shape: SIMD3<Int>?
  /// The interpolation of volumes. Label maps always use the nearest label.
  public var interpolation: Interpolation
  /// Whether a volume is smoothed before it is resampled to larger voxels (`Volume.smoothed(for:)`). Nearest-neighbour
  /// interpolation never smooths.
  public var smoothing: Bool

  /// Makes a conformation from its settings.
  public init(
    orientation: Orientation = .ras, spacing: SIMD3<Double>? = nil, shape: SIMD3<Int>? = nil,
    interpolation: Interpolation = .linear, smoothing: Bool = true
  ) {
    precondition(spacing.map { $0.min() > 0 } ?? true, "a spacing must be above 0")
    precondition(shape.map { $0.min() > 0 } ?? true, "a grid needs at least one voxel along each axis")
    self.orientation = orientation
    self.spacing = spacing
    self.shape = shape
    self.interpolation = interpolation
    self.smoothing = smoothing
  }

  /// Returns the grid that results from a scan with grid `source`.
  public func grid(for source: Grid) -> Grid {
    var result = source.reoriented(to: orientation)
    if let spacing {
      let resampled = result.resampled(spacing: spacing)
      // If size and shape are equal within a header's rounding, nothing is interpolated.
      if !resampled.matches(result) { result = resampled }
    }
    guard let shape, shape != result.shape else { return result }
    return Window(centredIn: result, shape: shape)(result)
  }

  /// Returns the volume on the conformed grid.
  public func callAsFunction(_ volume: Volume) -> Volume {
    let target = grid(for: volume.grid)
    let turned = volume.reoriented(to: orientation)
    let source = smoothing && interpolation != .nearest ? turned.smoothed(for: target) : turned
    return source.resampled(onto: target, interpolation: interpolation)
  }

  /// Returns the label map on the conformed grid, with the nearest label at each voxel.
  public func callAsFunction(_ map: LabelMap) -> LabelMap {
    map.reoriented(to: orientation).resampled(onto: grid(for: map.grid))
  }
}

extension Conforming {
  /// Decodes the settings. Impossible spacings and shapes are an error, because they come from a file. A file that was
  /// written before shape, interpolation and smoothing existed has no shape, linear interpolation and no smoothing.
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

  /// The largest number of voxels along an axis. A head at 0.2 mm has as many.
  public static let mostVoxels = 1024
}
