/// The preprocessing of a scan before a network: one value that is stored in the model file, so that training and
/// inference cannot differ.
///
/// The steps are, in order: conformation to a grid (`Conforming`), division by the bias field, clipping of intensities,
/// histogram standardization, and intensity scaling. Every step except the first is optional. Results return to the
/// scan's grid by `restored(onto:)`. The intensities cannot be restored, because clipping and scaling lose information.
public struct Preprocessing: Hashable, Sendable {
  /// The conformation to a grid.
  public var conforming: Conforming
  /// The estimation of the bias field, or `nil` to keep the field.
  public var biasField: BiasFieldCorrection?
  /// The clipping of intensities, or `nil` for none.
  public var clipping: IntensityClipping?
  /// The histogram standardization, or `nil` for none.
  public var matching: HistogramMatching?
  /// The intensity scaling, or `nil` to keep the intensities.
  public var scaling: IntensityScaling?

  /// Makes a preprocessing from its steps.
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

  /// Makes a preprocessing with linear interpolation, smoothing for larger voxels, and the field of view of the scan.
  public init(
    orientation: Orientation = .ras, spacing: SIMD3<Double>? = nil,
    biasField: BiasFieldCorrection? = nil, scaling: IntensityScaling? = .percentile
  ) {
    self.init(
      conforming: Conforming(orientation: orientation, spacing: spacing), biasField: biasField,
      scaling: scaling)
  }

  /// Returns the grid that results from a scan with grid `source`.
  public func grid(for source: Grid) -> Grid { conforming.grid(for: source) }
  /// Whether any step measures intensities, so that the background must be 0.
  /// Whether any step but the first depends on intensities, and so on where the background's are.
  public var measuresIntensities: Bool {
    biasField != nil || clipping != nil || matching != nil || scaling != nil
  }

  /// Returns the preprocessed scan.
  ///
  /// If any step measures intensities, the background is brought to 0 first (`BackgroundCorrection`). Scans without
  /// values below 0 and without noise in the air are not changed by that.
  /// - Parameters:
  ///   - volume: The scan.
  ///   - mask: Labels on the scan's grid. The intensity steps measure the voxels with labels above 0, and histogram
  ///     standardization changes only these. Without a mask each step has a rule of its own.
  /// - Throws: `IntensityScalingError` if the scan has no foreground or no contrast.
  public func callAsFunction(
    _ volume: Volume, mask: LabelMap? = nil
  ) throws(IntensityScalingError) -> Volume {
    precondition(
      mask.map { $0.grid.matches(volume.grid) } ?? true, "the mask must lie on the grid of the volume")
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

  /// Returns a label map of the scan on the conformed grid, with the nearest label at each voxel.
  public func callAsFunction(_ labels: LabelMap) -> LabelMap { conforming(labels) }
}

extension Preprocessing: Codable {
  private enum CodingKeys: String, CodingKey {
    case biasField, clipping, matching, scaling
  }

  /// Decodes the steps. The keys of `Conforming` are at the same level as the others, as in files that were written
  /// before it was a type of its own. A step without a key is not applied.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    conforming = try Conforming(from: decoder)
    biasField = try container.decodeIfPresent(BiasFieldCorrection.self, forKey: .biasField)
    clipping = try container.decodeIfPresent(IntensityClipping.self, forKey: .clipping)
    matching = try container.decodeIfPresent(HistogramMatching.self, forKey: .matching)
    scaling = try container.decodeIfPresent(IntensityScaling.self, forKey: .scaling)
  }

  /// Encodes the steps, with the keys of `Conforming` at the same level.
  public func encode(to encoder: any Encoder) throws {
    try conforming.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(biasField, forKey: .biasField)
    try container.encodeIfPresent(clipping, forKey: .clipping)
    try container.encodeIfPresent(matching, forKey: .matching)
    try container.encodeIfPresent(scaling, forKey: .scaling)
  }
}

extension Preprocessing {
  /// Returns the largest number of bytes of volumes that are held at once while a scan is preprocessed, including the
  /// scan.
  /// - Parameters:
  ///   - source: The grid of the scan.
  ///   - isMasked: Whether there is a mask.
  public func peakByteCount(for source: Grid, isMasked: Bool) -> Int {
    let (scan, result) = (source.count, grid(for: source).count)
    // Conformation holds the scan, its reoriented copy, and two passes of a smoothing or the spline coefficients with
    // and without their rim.
    let conforming = 4 * scan + result
    // Intensity steps hold the scan and the results of one step and of the next. The bias field adds its logarithm, and
    // other steps add the voxels that they measure and their distances from the median.
    let isMeasured = isMasked || clipping != nil || matching != nil
    let measuring = scan + (isMeasured ? 4 : 3) * result
    let labels = isMasked ? 2 * scan + result : 0
    return MemoryLayout<Float>.stride * max(conforming, measuring) + MemoryLayout<UInt16>.stride * labels
  }
}
