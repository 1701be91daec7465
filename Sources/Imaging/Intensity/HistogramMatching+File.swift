extension HistogramMatching {
  /// Learns from a file, inside the mask of another on the same grid.
  /// - Throws: `NIfTIError`, `ScanMaskError`, and `HistogramMatchingError` where there is nothing to learn.
  public init(toFile path: String, mask: String? = nil) throws {
    var reference = try NIfTIImage(contentsOf: path)
    reference.correctBackground()
    let mask = try mask.map { try ScanMasks($0, for: [path]).mask(of: reference) }
    do {
      try self.init(to: reference.volume, mask: mask)
    } catch {
      throw HistogramMatchingError(reference: path, reason: error)
    }
  }
}

/// A reference from which no histogram could be learnt.
public struct HistogramMatchingError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file, as typed.
  public var reference: String
  public var reason: IntensityScalingError

  public var description: String { "\(reference): \(reason)" }
}
