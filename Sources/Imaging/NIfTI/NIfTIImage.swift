/// The content of a NIfTI file: its header, and its voxels with slope and intercept applied.
public struct NIfTIImage: Sendable {
  /// The file, as typed.
  public let path: String
  public var header: NIfTIHeader
  public var volume: Volume

  /// Reads a `.nii` or `.nii.gz` file (gzip is recognised by content, not by name).
  ///
  /// Voxels that are not numbers become 0 and are counted in `header.warnings`.
  public init(contentsOf path: String) throws(NIfTIError) {
    var file = try FileBytes(path: path)
    var header = try Self.header(of: &file, path: path)
    _ = try file.read(header.voxelOffset - NIfTIHeader.size)
    let bytes = try file.read(header.voxelBytes)
    guard bytes.count == header.voxelBytes else {
      throw NIfTIError(path: path, reason: .truncated(expected: header.voxelBytes, found: bytes.count))
    }
    try file.finish()

    let (voxels, nonFinite) = VoxelDecoder(header: header).decode(bytes)
    if nonFinite > 0 { header.warnings.append(.nonFiniteVoxels(count: nonFinite)) }
    self.path = path
    self.header = header
    volume = Volume(grid: header.grid, voxels: voxels)
  }

  /// The voxels as labels: each must be a whole number from 0 to 65535.
  public func labelMap() throws(NIfTIError) -> LabelMap {
    var firstBad: Int?
    let labels = volume.voxels.withUnsafeBufferPointer { voxels in
      [UInt16](unsafeUninitializedCapacity: voxels.count) { labels, filled in
        for index in 0..<voxels.count {
          let label = UInt16(exactly: voxels[index])
          if label == nil && firstBad == nil { firstBad = index }
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
    return LabelMap(grid: volume.grid, labels: labels)
  }

  private static func header(of file: inout FileBytes, path: String) throws(NIfTIError) -> NIfTIHeader {
    let bytes = try file.read(NIfTIHeader.size)
    do { return try NIfTIHeader(bytes: bytes) } catch { throw NIfTIError(path: path, reason: error) }
  }
}

extension NIfTIHeader {
  /// Reads the header alone; voxels are not looked at, nor whether they are there.
  public init(contentsOf path: String) throws(NIfTIError) {
    var file = try FileBytes(path: path)
    let bytes = try file.read(Self.size)
    do { try self.init(bytes: bytes) } catch { throw NIfTIError(path: path, reason: error) }
  }
}
