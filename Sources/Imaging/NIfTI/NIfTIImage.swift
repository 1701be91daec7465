/// The content of a NIfTI file: its header, and its voxels with slope and intercept applied.
public struct NIfTIImage: Sendable {
  /// The file, as typed.
  public let path: String
  public var header: NIfTIHeader
  public var volume: Volume

  /// How far voxels are from the values that the file stores, where float32 cannot hold those.
  public let rounding: Rounding

  /// Voxels that are not the stored values to the bit, and the largest difference.
  public struct Rounding: Hashable, Codable, Sendable {
    public var count: Int
    public var largest: Double
  }

  /// Reads a `.nii` file or a pair of `.hdr` and `.img`, NIfTI or Analyze 7.5, compressed or not (gzip is recognised
  /// by content, not by name). Of a pair either half may be named; the other is found beside it.
  ///
  /// Voxels that are not numbers become 0 and are counted in `header.warnings`.
  public init(contentsOf path: String) throws(NIfTIError) {
    try self.init(NIfTIFiles(path: path), path: path)
  }

  /// Reads the content of a file, and of the `.img` file where the first is a `.hdr`; `path` stands in errors.
  package init(bytes: [UInt8], image: [UInt8]? = nil, path: String) throws(NIfTIError) {
    try self.init(NIfTIFiles(bytes, image: image, path: path), path: path)
  }

  init(_ opened: consuming NIfTIFiles, path: String) throws(NIfTIError) {
    var files = opened
    // Now, because the voxels may be unreadable for the same reason.
    InputWarnings.report(files.header.warnings, in: path)
    let (voxels, losses) = try files.readVoxels()
    var header = files.header
    rounding = losses.rounding
    if losses.nonFinite > 0 { header.warnings.append(.nonFiniteVoxels(count: losses.nonFinite)) }
    if rounding.count > 0 && header.storesWholeNumbers {
      header.warnings.append(.rounded(count: rounding.count, largest: rounding.largest))
    }
    InputWarnings.report(header.warnings, in: path)
    self.path = path
    self.header = header
    volume = Volume(grid: header.grid, voxels: voxels)
  }

  /// Labels may be this far from a whole number: interpolation and slopes leave such errors.
  static let labelTolerance: Float = 1e-3

  /// The voxels as labels from 0 to 65535. Values within 0.001 of a whole number are rounded to it, and their count is
  /// reported as a warning.
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
  /// Reads the header alone; voxels are not looked at, nor whether they are there.
  public init(contentsOf path: String) throws(NIfTIError) {
    self = try NIfTIFiles(path: path).header
  }

  /// Whether voxels are integers without a scale.
  fileprivate var storesWholeNumbers: Bool {
    datatype != .float32 && datatype != .float64 && slope == 1 && intercept == 0
  }
}
