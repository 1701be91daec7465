extension HistogramMatching {
  /// Makes the landmarks of a reference file, optionally inside a mask file on the same grid.
  /// - Throws: `NIfTIError`, `ScanMaskError`, or `HistogramMatchingError` if the file has no usable voxels.
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

/// An error for a reference file from which no histogram landmarks can be computed.
public struct HistogramMatchingError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The path of the reference, as given by the user.
  public var reference: String
  /// The reason.
  public var reason: IntensityScalingError

  /// A sentence for the user: the file and the reason.
  public var description: String { "\(reference): \(reason)" }
}
