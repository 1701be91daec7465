/// What is done to a scan before a network sees it: one value that is stored in the model file, so that
/// training and inference cannot differ.
///
/// Order: reorient, resample (trilinear), divide out the bias field (if asked for), scale intensities.
public struct Preprocessing: Hashable, Codable, Sendable {
  public var orientation: Orientation
  /// Voxel size in mm along the reoriented axes; `nil` keeps the scan's.
  public var spacing: SIMD3<Double>?
  /// How a bias field is estimated; `nil` leaves it in.
  public var biasField: BiasFieldCorrection?
  public var scaling: IntensityScaling

  public init(
    orientation: Orientation = .ras, spacing: SIMD3<Double>? = nil,
    biasField: BiasFieldCorrection? = nil, scaling: IntensityScaling = .percentile
  ) {
    precondition(spacing.map { $0.min() > 0 } ?? true, "a spacing is a length above 0")
    self.orientation = orientation
    self.spacing = spacing
    self.biasField = biasField
    self.scaling = scaling
  }

  /// The grid on which a scan with grid `source` arrives.
  public func grid(for source: Grid) -> Grid {
    let turned = source.reoriented(to: orientation)
    guard let spacing else { return turned }
    let resampled = turned.resampled(spacing: spacing)
    // Same size and shape within a header's rounding: nothing to interpolate.
    return resampled.matches(turned) ? turned : resampled
  }

  public func callAsFunction(_ volume: Volume) throws(IntensityScalingError) -> Volume {
    let placed = volume.reoriented(to: orientation).resampled(onto: grid(for: volume.grid))
    return try scaling(biasField?(placed) ?? placed)
  }

  /// The geometry alone, for the labels that belong to a scan: the nearest label, never interpolated.
  public func callAsFunction(_ labels: LabelMap) -> LabelMap {
    labels.reoriented(to: orientation).resampled(onto: grid(for: labels.grid))
  }
}

extension Preprocessing {
  /// A spacing that is no length is an error here: the value comes from a file. One written before there was a
  /// bias field has none.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    orientation = try container.decode(Orientation.self, forKey: .orientation)
    spacing = try container.decodeIfPresent(SIMD3<Double>.self, forKey: .spacing)
    biasField = try container.decodeIfPresent(BiasFieldCorrection.self, forKey: .biasField)
    scaling = try container.decode(IntensityScaling.self, forKey: .scaling)
    if let spacing, !(spacing.min() > 0 && spacing.max().isFinite) {
      throw DecodingError.dataCorruptedError(
        forKey: .spacing, in: container,
        debugDescription: "spacing \(spacing): lengths in mm above 0 are needed")
    }
  }
}
