import Files

/// The masks of a list of scans: one file for one scan, or the files of a folder or a pattern, assigned by subject.
public struct ScanMasks: Sendable {
  /// The file name, folder or pattern as given by the user.
  public let word: String
  private let paths: [Subject: [String]]

  /// Resolves a file name, folder or pattern for some scans.
  ///
  /// A file name is the mask of a single scan, whatever it is called. The existence of the file is not checked.
  /// - Throws: `ScanMaskError.oneForMany` if one file is given for several scans.
  public init(_ word: String, for scans: [String]) throws(ScanMaskError) {
    self.word = word
    guard case .several(let masks) = ImageFiles.find(word, .masks) else {
      guard scans.count == 1 else { throw .oneForMany(mask: word, scans: scans.count) }
      paths = [ScanName(path: scans[0]).subject: [word]]
      return
    }
    paths = Dictionary(grouping: masks) { ScanName(path: $0).subject }
  }

  /// Returns the path of a scan's mask. The existence of the file is not checked.
  /// - Throws: `ScanMaskError` if the scan has no mask or several.
  public func path(for scan: String) throws(ScanMaskError) -> String {
    let found = paths[ScanName(path: scan).subject] ?? []
    guard let path = found.first else { throw .none(scan: scan, word: word) }
    guard found.count == 1 else { throw .several(scan: scan, masks: found.sorted()) }
    return path
  }

  /// Reads the mask of a scan and checks that it lies on the scan's grid.
  /// - Throws: `ScanMaskError`, or `NIfTIError` if the file cannot be read.
  public func mask(of scan: NIfTIImage) throws -> LabelMap {
    try mask(of: scan.path, on: scan.volume.grid)
  }

  /// Reads the mask of the scan with a path and checks that it lies on the given grid.
  /// - Throws: `ScanMaskError`, or `NIfTIError` if the mask cannot be read.
  public func mask(of scan: String, on grid: Grid) throws -> LabelMap {
    let path = try path(for: scan)
    let mask = try NIfTIImage(contentsOf: path).labelMap()
    guard mask.grid.matches(grid) else { throw ScanMaskError.gridsDiffer(mask: path, mask.grid, grid) }
    guard mask.labels.contains(where: { $0 > 0 }) else { throw ScanMaskError.empty(mask: path) }
    return mask
  }
}

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
      "\(mask): one mask was named for \(scans) scans; give a folder or a quoted pattern with the mask of each"
    case .none(let scan, let word): "\(scan): no file of '\(word)' belongs to its subject"
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
