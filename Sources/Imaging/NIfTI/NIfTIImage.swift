/// The content of a NIfTI file: its header, and its voxels with slope and intercept applied.
public struct NIfTIImage: Sendable {
  /// The path of the file, as given by the user.
  public let path: String
  /// The header.
  public var header: NIfTIHeader
  /// The voxels on their grid.
  public var volume: Volume

  /// The differences between the voxels and the stored values that float32 cannot represent.
  public let rounding: Rounding

  /// A summary of rounding differences.
  public struct Rounding: Hashable, Codable, Sendable {
    /// The number of voxels that differ from their stored values.
    public var count: Int
    /// The largest difference.
    public var largest: Double
  }

  /// Reads a `.nii` file, a pair of `.hdr` and `.img`, in NIfTI or Analyze 7.5, or a FreeSurfer `.mgh` or `.mgz` file,
  /// compressed or not.
  ///
  /// gzip is recognized by content and not by name. For a pair either half can be given, and the other is found beside
  /// it. Voxels that are not finite become 0 and are counted in `header.warnings`.
  public init(contentsOf path: String) throws(NIfTIError) {
    try self.init(NIfTIFiles(path: path), path: path)
  }

  /// Reads the content of a file, and of the `.img` file if the first is a `.hdr`. `path` is used in errors.
  package init(bytes: [UInt8], image: [UInt8]? = nil, path: String) throws(NIfTIError) {
    try self.init(NIfTIFiles(bytes, image: image, path: path), path: path)
  }

  /// Reads a file as above, but voxels that are not finite become NaN, and there is no warning about them.
  package init(keepingMissingVoxelsOf path: String) throws(NIfTIError) {
    var files = try NIfTIFiles(path: path)
    files.missing = .nan
    try self.init(files, path: path)
  }

  init(_ opened: consuming NIfTIFiles, path: String) throws(NIfTIError) {
    var files = opened
    // Warnings are reported now, because the voxels may be unreadable for the same reason.
    InputWarnings.report(files.header.warnings, in: path)
    let (voxels, losses) = try files.readVoxels()
    var header = files.header
    rounding = losses.rounding
    if losses.nonFinite > 0, !files.missing.isNaN {
      header.warnings.append(.nonFiniteVoxels(count: losses.nonFinite))
    }
    if rounding.count > 0 && header.storesWholeNumbers {
      header.warnings.append(.rounded(count: rounding.count, largest: rounding.largest))
    }
    InputWarnings.report(header.warnings, in: path)
    self.path = path
    self.header = header
    volume = Volume(grid: header.grid, voxels: voxels)
  }

  /// The largest difference of a label from a whole number. Interpolation and slopes leave such errors.
  static let labelTolerance: Float = 1e-3

  /// Returns the voxels as labels from 0 to 65535. Values within 0.001 of a whole number are rounded, and their number
  /// is reported as a warning.
  /// - Throws: `NIfTIError.Reason.notALabel` for any other value.
  public func labelMap() throws(NIfTIError) -> LabelMap {
    var firstBad: Int?
    var rounded = 0
    let labels = volume.voxels.withUnsafeBufferPointer { voxels in
      [UInt16](unsafeUninitializedCapacity: voxels.count) { labels, filled in
        for index in 0..<voxels.count {
          var label = UInt16(exactly: voxels[index])
          if label == nil {
            let nearest = voxels[index].rounded()
            if abs(voxels[index] - nearest) <= Self.labelTolerance { label = UInt16(exactly: nearest) }
            if label != nil { rounded += 1 } else if firstBad == nil { firstBad = index }
          }
          labels[index] = label ?? 0
        }
        filled = voxels.count
      }
    }
    if let firstBad {
      let shape = volume.grid.shape
      let voxel = SIMD3(firstBad % shape.x, firstBad / shape.x % shape.y, firstBad / (shape.x * shape.y))
      throw NIfTIError(path: path, reason: .notALabel(value: volume.voxels[firstBad], voxel: voxel))
    }
    if rounded > 0 { InputWarnings.report([NIfTIWarning.roundedLabels(count: rounded)], in: path) }
    return LabelMap(grid: volume.grid, labels: labels)
  }
}

extension NIfTIHeader {
  /// Reads the header alone. The voxels are not read, and their existence is not checked.
  public init(contentsOf path: String) throws(NIfTIError) {
    self = try NIfTIFiles(path: path).header
  }

  /// Whether the voxels are stored as integers without a scale.
  fileprivate var storesWholeNumbers: Bool {
    datatype != .float32 && datatype != .float64 && slope == 1 && intercept == 0
  }
}
