import Numerics

/// Histogram standardization: a piecewise linear map that gives a scan the intensity distribution of a reference
/// (Nyúl, Udupa and Zhang 2000, doi 10.1109/42.836373).
///
/// The percentiles of the scan are mapped to those of the reference, with linear interpolation between them.
/// Intensities beyond the outermost percentiles become these percentiles.
public struct HistogramMatching: Hashable, Codable, Sendable {
  /// The percentiles of the reference at equal steps from 0 to 100, ascending.
  public let landmarks: [Float]

  /// Computes the landmarks of a reference.
  /// - Parameters:
  ///   - reference: The reference scan.
  ///   - mask: The voxels to use: labels above 0. Without a mask, the voxels above 0 are used.
  ///   - points: The number of landmarks, at least 2.
  /// - Throws: `IntensityScalingError.noForeground` if no voxel can be used.
  public init(
    to reference: Volume, mask: LabelMap? = nil, points: Int = 101
  ) throws(IntensityScalingError) {
    precondition(points >= 2, "histogram standardization needs at least two landmarks")
    let statistics = OrderStatistics(of: reference, mask: mask)
    guard let landmarks = statistics.landmarks(points) else { throw .noForeground }
    self.landmarks = landmarks
  }

  /// Returns the volume with standardized voxels inside the mask (without a mask: voxels above 0). All other voxels are
  /// unchanged.
  /// - Throws: `IntensityScalingError.noForeground` if no voxel can be used.
  public func callAsFunction(
    _ volume: Volume, mask: LabelMap? = nil
  ) throws(IntensityScalingError) -> Volume {
    let statistics = OrderStatistics(of: volume, mask: mask)
    guard let own = statistics.landmarks(landmarks.count) else { throw .noForeground }
    var result = volume
    for index in volume.voxels.indices {
      let value = volume.voxels[index]
      if mask.map({ $0.labels[index] > 0 }) ?? (value > 0) { result.voxels[index] = match(value, own) }
    }
    return result
  }

  /// Returns the intensity for a value, given the scan's own landmarks.
  private func match(_ value: Float, _ own: [Float]) -> Float {
    guard let first = own.first, let last = own.last, value > first else { return landmarks[0] }
    if value >= last { return landmarks[landmarks.count - 1] }
    // Binary search for the last landmark that is not above the value.
    var (low, high) = (0, own.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if own[middle] <= value { low = middle } else { high = middle }
    }
    let fraction = (value - own[low]) / (own[high] - own[low])
    return landmarks[low] + fraction * (landmarks[high] - landmarks[low])
  }
}

extension HistogramMatching {
  /// Decodes the landmarks. Numbers that are not ascending are an error, because they come from a file.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    landmarks = try container.decode([Float].self, forKey: .landmarks)
    let isAscending = zip(landmarks, landmarks.dropFirst()).allSatisfy { $0 <= $1 }
    if landmarks.count < 2 || !isAscending {
      throw DecodingError.dataCorruptedError(
        forKey: .landmarks, in: container, debugDescription: "two or more ascending numbers are needed")
    }
  }
}

extension OrderStatistics {
  fileprivate func landmarks(_ points: Int) -> [Float]? {
    percentiles((0..<points).map { 100 * Double($0) / Double(points - 1) })?.map { Float($0) }
  }
}

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
