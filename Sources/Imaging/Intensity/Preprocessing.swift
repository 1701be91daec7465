/// What is done to a scan before a network sees it: one value that is stored in the model file, so that
/// training and inference cannot differ.
///
/// Order: onto its grid (`Conforming`), then, each if asked for, the bias field is divided out, intensities are
/// clipped, matched to a reference and scaled. Grids are led back by `restored(onto:)`; intensities have no way back,
/// since clipping and scaling cut them.
public struct Preprocessing: Hashable, Sendable {
  public var conforming: Conforming
  /// How a bias field is estimated; `nil` leaves it in.
  public var biasField: BiasFieldCorrection?
  public var clipping: IntensityClipping?
  public var matching: HistogramMatching?
  /// `nil` keeps the intensities.
  public var scaling: IntensityScaling?

  public init(
    conforming: Conforming, biasField: BiasFieldCorrection? = nil, clipping: IntensityClipping? = nil,
    matching: HistogramMatching? = nil, scaling: IntensityScaling? = .percentile
  ) {
    self.conforming = conforming
    self.biasField = biasField
    self.clipping = clipping
    self.matching = matching
    self.scaling = scaling
  }

  /// With linear interpolation, smoothing where voxels grow, and the scan's field of view.
  public init(
    orientation: Orientation = .ras, spacing: SIMD3<Double>? = nil,
    biasField: BiasFieldCorrection? = nil, scaling: IntensityScaling? = .percentile
  ) {
    self.init(
      conforming: Conforming(orientation: orientation, spacing: spacing), biasField: biasField,
      scaling: scaling)
  }

  /// The grid on which a scan with grid `source` arrives.
  public func grid(for source: Grid) -> Grid { conforming.grid(for: source) }

  /// Whether any step but the first depends on intensities, and so on where the background's are.
  public var measuresIntensities: Bool {
    biasField != nil || clipping != nil || matching != nil || scaling != nil
  }

  /// Where any step measures intensities, the background is brought to 0 before (`BackgroundCorrection`); scans without
  /// values below 0 and without noise in the air stay as they are.
  ///
  /// - Parameter mask: labels on the scan's grid; where they are above 0, bias field, clipping, matching and scaling
  ///   take their measure, and matching alone leaves all else as it is. Without a mask each has its own rule.
  public func callAsFunction(
    _ volume: Volume, mask: LabelMap? = nil
  ) throws(IntensityScalingError) -> Volume {
    precondition(mask.map { $0.grid.matches(volume.grid) } ?? true, "the mask lies on the grid of the volume")
    let mask = mask.map { conforming($0) }
    let background = measuresIntensities ? BackgroundCorrection(of: volume) : nil
    var result = conforming(background?(volume) ?? volume)
    if let biasField { result = try biasField(result, mask: mask) }
    if let clipping { result = try clipping(result, mask: mask) }
    if let matching { result = try matching(result, mask: mask) }
    guard let scaling else { return result }
    guard let mask else { return try scaling(result) }
    return try scaling(result, mask: mask)
  }

  /// The geometry alone, for the labels that belong to a scan: the nearest label, never interpolated.
  public func callAsFunction(_ labels: LabelMap) -> LabelMap { conforming(labels) }
}

extension Preprocessing: Codable {
  private enum CodingKeys: String, CodingKey {
    case biasField, clipping, matching, scaling
  }

  /// The keys of `Conforming` stand beside the others, as in files written before it was a value of its own. What
  /// such a file does not name is not done.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    conforming = try Conforming(from: decoder)
    biasField = try container.decodeIfPresent(BiasFieldCorrection.self, forKey: .biasField)
    clipping = try container.decodeIfPresent(IntensityClipping.self, forKey: .clipping)
    matching = try container.decodeIfPresent(HistogramMatching.self, forKey: .matching)
    scaling = try container.decodeIfPresent(IntensityScaling.self, forKey: .scaling)
  }

  public func encode(to encoder: any Encoder) throws {
    try conforming.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(biasField, forKey: .biasField)
    try container.encodeIfPresent(clipping, forKey: .clipping)
    try container.encodeIfPresent(matching, forKey: .matching)
    try container.encodeIfPresent(scaling, forKey: .scaling)
  }
}
