import Files

/// Why a scan has no mask.
public enum ScanMaskError: Error, Hashable, Sendable {
  /// One file was named for several scans.
  case oneForMany(mask: String, scans: Int)
  /// No file that the pattern matches has the scan's subject.
  case none(scan: String, word: String)
  case several(scan: String, masks: [String])
  /// The mask's grid and the scan's.
  case gridsDiffer(mask: String, Grid, Grid)
  /// No label is above 0.
  case empty(mask: String)
}

extension ScanMaskError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .oneForMany(let mask, let scans):
      "\(mask): one mask was named for \(scans) scans; give a pattern in quotes that matches the mask of each"
    case .none(let scan, let word): "\(scan): no file that '\(word)' matches has its subject"
    case .several(let scan, let masks):
      "\(scan): one mask is needed, and \(masks.count) have its subject: \(masks.joined(separator: ", "))"
    case .gridsDiffer(let mask, let found, let needed):
      found.shape != needed.shape
        ? "\(mask): \(words(found.shape)) voxels, needed \(words(needed.shape)) as the scan has"
        : "\(mask): its affine differs from the scan's by up to \(found.affine.distance(to: needed.affine)) mm"
    case .empty(let mask): "\(mask): no voxel is above 0; a mask that marks something is needed"
    }
  }

  private func words(_ shape: SIMD3<Int>) -> String { "\(shape.x)×\(shape.y)×\(shape.z)" }
}
