import Imaging

/// Why an image cannot be trained on.
public enum TrainingDataError: Error, Hashable, Sendable {
  case gridsDiffer(image: String, label: String, Grid, Grid)
  case unprepared(image: String, reason: String)
}

extension TrainingDataError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .gridsDiffer(let image, let label, let first, let second):
      first.shape != second.shape
        ? "\(label): \(Self.text(second.shape)) voxels, needed \(Self.text(first.shape)) as \(image) has"
        : "\(label): its affine differs from that of \(image) by up to "
          + "\(first.affine.distance(to: second.affine)) mm"
    case .unprepared(let image, let reason): "\(image): \(reason)"
    }
  }

  private static func text(_ shape: SIMD3<Int>) -> String { "\(shape.x)×\(shape.y)×\(shape.z)" }
}
