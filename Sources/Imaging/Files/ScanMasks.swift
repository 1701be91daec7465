/// The mask of each scan: one file for one scan, or files that a pattern matches, found by their subjects.
public struct ScanMasks: Sendable {
  /// As typed.
  public let word: String
  private let paths: [Subject: [String]]

  /// - Throws: `ScanMaskError` where the word cannot give each of the scans one mask. A file that is named itself is
  ///   the mask of a single scan, whatever it is called; its being there is not looked at.
  public init(_ word: String, for scans: [String]) throws(ScanMaskError) {
    self.word = word
    guard ImageFiles.isPattern(word) else {
      guard scans.count == 1 else { throw .oneForMany(mask: word, scans: scans.count) }
      paths = [ScanName(path: scans[0]).subject: [word]]
      return
    }
    paths = Dictionary(grouping: ImageFiles.matches(of: word)) { ScanName(path: $0).subject }
  }

  /// The file of a scan's mask; its being there is not looked at.
  public func path(for scan: String) throws(ScanMaskError) -> String {
    let found = paths[ScanName(path: scan).subject] ?? []
    guard let path = found.first else { throw .none(scan: scan, word: word) }
    guard found.count == 1 else { throw .several(scan: scan, masks: found.sorted()) }
    return path
  }

  /// The mask on the scan's own grid.
  /// - Throws: `ScanMaskError`, or `NIfTIError` where the file cannot be read.
  public func mask(of scan: NIfTIImage) throws -> LabelMap {
    try mask(of: scan.path, on: scan.volume.grid)
  }

  /// The mask of the file with this path, which lies on this grid.
  /// - Throws: `ScanMaskError`, or `NIfTIError` where the mask cannot be read.
  public func mask(of scan: String, on grid: Grid) throws -> LabelMap {
    let path = try path(for: scan)
    let mask = try NIfTIImage(contentsOf: path).labelMap()
    guard mask.grid.matches(grid) else { throw ScanMaskError.gridsDiffer(mask: path, mask.grid, grid) }
    guard mask.labels.contains(where: { $0 > 0 }) else { throw ScanMaskError.empty(mask: path) }
    return mask
  }
}
