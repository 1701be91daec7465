import Numerics

/// Gives a scan the distribution of intensities of another: Nyúl, Udupa and Zhang 2000,
/// doi 10.1109/42.836373.
///
/// Percentiles of the scan become those of the reference, with straight lines between them and none beyond:
/// what is darker or brighter than the outermost becomes these.
public struct HistogramMatching: Hashable, Codable, Sendable {
  /// Percentiles of the reference at equal steps from 0 to 100, ascending.
  public let landmarks: [Float]

  /// Learns from a reference; labels of the mask above 0 take part, without a mask voxels above 0.
  ///
  /// - Parameter points: number of landmarks, at least 2.
  public init(
    to reference: Volume, mask: LabelMap? = nil, points: Int = 101
  ) throws(IntensityScalingError) {
    precondition(points >= 2, "a histogram is matched at two points at least")
    let statistics = OrderStatistics(of: reference, mask: mask)
    guard let landmarks = statistics.landmarks(points) else { throw .noForeground }
    self.landmarks = landmarks
  }

  /// The volume with voxels of the mask (without one: voxels above 0) matched, and all others as they are.
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

  private func match(_ value: Float, _ own: [Float]) -> Float {
    guard let first = own.first, let last = own.last, value > first else { return landmarks[0] }
    if value >= last { return landmarks[landmarks.count - 1] }
    // The last landmark that is not above the value.
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
  /// Landmarks that are no percentiles are an error here: the value comes from a file.
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
