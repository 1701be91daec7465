import Files

/// A reason why a scan has no usable mask.
public enum ScanMaskError: Error, Hashable, Sendable {
  /// One mask file was given for several scans.
  case oneForMany(mask: String, scans: Int)
  /// No file that matches the pattern belongs to the subject of the scan.
  case none(scan: String, word: String)
  /// Several files that match the pattern belong to the subject of the scan.
  case several(scan: String, masks: [String])
  /// The grids of the mask (first) and of the scan (second) differ.
  case gridsDiffer(mask: String, Grid, Grid)
  /// No label of the mask is above 0.
  case empty(mask: String)
}

extension ScanMaskError: CustomStringConvertible {
  /// A sentence for the user: the file, what was found and what is needed.
  public var description: String {
    switch self {
    case .oneForMany(let mask, let scans):
      "\(mask): one mask was named for \(scans) scans; give a pattern in quotes that matches the mask of each"
    case .none(let scan, let word): "\(scan): no file that '\(word)' matches belongs to its subject"
    case .several(let scan, let masks):
      "\(scan): one mask is needed, and \(masks.count) belong to its subject: \(masks.joined(separator: ", "))"
    case .gridsDiffer(let mask, let found, let needed):
      found.shape != needed.shape
        ? "\(mask): \(words(found.shape)) voxels, needed \(words(needed.shape)) as the scan has"
        : "\(mask): its affine differs from the scan's by up to \(found.affine.distance(to: needed.affine)) mm"
    case .empty(let mask): "\(mask): no voxel is above 0; a mask that marks something is needed"
    }
  }

  private func words(_ shape: SIMD3<Int>) -> String { "\(shape.x)×\(shape.y)×\(shape.z)" }
}
