import Imaging

/// All that a normalised head gives: what a batch writes for one scan.
public struct NormalizedScan: Sendable {
  /// The map of positions, and the affine and velocity that it is made of.
  public let normalization: ScanNormalization
  /// Gray and white matter in the template's space, interpolated once; probabilities.
  public let maps: TissueMaps
  /// Gray matter, modulated; the probabilities themselves where modulation is `none`.
  public let modulated: Volume
  /// The modulated map, smoothed; `nil` where no width is given.
  public let smoothed: Volume?
  public let quality: NormalizationQuality

  /// What is asked of a normalisation.
  public struct Options: Hashable, Codable, Sendable {
    public var modulation: ScanNormalization.Modulation
    /// Full width at half maximum in mm; 0 for none.
    public var smoothing: Double

    public init(modulation: ScanNormalization.Modulation = .all, smoothing: Double = 8) {
      self.modulation = modulation
      self.smoothing = smoothing
    }
  }
}

extension ScanNormalizer {
  /// Registers a head and makes its maps in the template's space.
  /// - Returns: `nil` where the head has no gray and white matter.
  public func callAsFunction(_ head: TissueMaps, _ options: NormalizedScan.Options) -> NormalizedScan? {
    guard let normalization = self(head) else { return nil }
    let maps = TissueMaps(
      gray: normalization.normalized(head.gray), white: normalization.normalized(head.white))
    let modulated = normalization.modulated(maps.gray, options.modulation)
    return NormalizedScan(
      normalization: normalization, maps: maps, modulated: modulated,
      smoothed: options.smoothing > 0 ? modulated.smoothed(width: options.smoothing) : nil,
      quality: NormalizationQuality(normalization, of: head, warped: maps.gray, on: template))
  }
}
