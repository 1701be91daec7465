import Imaging
import Synthesis

/// Why an image cannot be trained on.
public enum TrainingDataError: Error, Hashable, Sendable {
  case gridsDiffer(image: String, label: String, Grid, Grid)
  case unprepared(image: String, reason: String)
  /// More voxels on the network's grid than can be numbered.
  case tooManyVoxels(path: String, count: Int)
  /// Bytes that images and label maps take on the network's grid at least, and that they may.
  case memory(files: Int, needed: Int, limit: Int)
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
    case .tooManyVoxels(let path, let count):
      "\(path): \(count) voxels at this spacing, at most \(LabelIndex.mostVoxels) are possible; give a larger --spacing"
    case .memory(let files, let needed, let limit):
      "\(files) \(files == 1 ? "file needs" : "files need") at least \(needed / 1_000_000) MB of memory at this spacing, "
        + "\(limit / 1_000_000) MB can be had; give fewer files or a larger --spacing"
    }
  }

  private static func text(_ shape: SIMD3<Int>) -> String { "\(shape.x)×\(shape.y)×\(shape.z)" }
}
