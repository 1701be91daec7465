import CNIfTI
import Files

/// A vector for each voxel of a grid: a displacement or a velocity.
public struct VectorVolume: Sendable, Equatable {
  public let grid: Grid
  /// i fastest, then j, then k.
  public var vectors: [SIMD3<Float>]

  public init(grid: Grid, vectors: [SIMD3<Float>]) {
    precondition(vectors.count == grid.count, "a vector volume has one vector for each voxel of its grid")
    self.grid = grid
    self.vectors = vectors
  }
}

extension VectorVolume {
  /// Code of NIfTI's intent "vector", by which ITK knows displacement fields.
  static let intent: Int16 = 1007

  /// Writes NIfTI-1 (`.nii`, or `.nii.gz` compressed) with five axes, i, j, k, one time point and three components, as
  /// float32 and with the intent "vector", whole or not at all.
  public func write(to path: String) throws(NIfTIError) {
    do throws(NIfTIError.Reason) {
      let isCompressed = path.hasSuffix(".nii.gz")
      guard isCompressed || path.hasSuffix(".nii") else { throw .fileExtension }
      let content = FileContent(
        header: try header(), count: 3 * vectors.count, width: MemoryLayout<Float>.size
      ) { range, target in
        let target = target.bindMemory(to: UInt32.self, capacity: range.count)
        for index in range {
          // The components are planes, one behind the other.
          let (component, voxel) = index.quotientAndRemainder(dividingBy: vectors.count)
          target[index - range.lowerBound] = vectors[voxel][component].bitPattern.littleEndian
        }
      }
      try Self.place(path, isCompressed ? try Deflater.gzip(content) : [content.bytes])
    } catch {
      throw NIfTIError(path: path, reason: error)
    }
  }

  private func header() throws(NIfTIError.Reason) -> [UInt8] {
    guard grid.shape.max() <= Int(Int16.max) else {
      throw .tooLarge(dimensions: [grid.shape.x, grid.shape.y, grid.shape.z])
    }
    var bytes = try NIfTIEncoding(datatype: .float32).header(grid: grid, like: nil)
    // Where libnifti's header of version 1 has them.
    guard let axes = MemoryLayout<nifti_1_header>.offset(of: \.dim),
      let intent = MemoryLayout<nifti_1_header>.offset(of: \.intent_code)
    else { return bytes }
    bytes.withUnsafeMutableBytes { raw in
      for (axis, size) in [(0, Int16(5)), (4, 1), (5, 3)] {
        raw.storeBytes(of: size.littleEndian, toByteOffset: axes + 2 * axis, as: Int16.self)
      }
      raw.storeBytes(of: Self.intent.littleEndian, toByteOffset: intent, as: Int16.self)
    }
    return bytes
  }

  private static func place(_ path: String, _ pieces: [[UInt8]]) throws(NIfTIError.Reason) {
    do { try AtomicFile.write(pieces, to: path) } catch {
      switch error {
      case .missingFolder(let folder): throw .missingFolder(folder)
      case .unwritable(let code): throw .unwritable(errno: code)
      case .altered: throw .altered
      }
    }
  }
}

extension VectorVolume {
  /// Reads a NIfTI file with five axes, i, j, k, one time point and three components, of float32.
  public init(contentsOf path: String) throws(NIfTIError) {
    var file = try FileBytes(path: path)
    let lead = try file.read(HeaderFields.leadSize)
    let header: NIfTIHeader
    let isSwapped: Bool
    do throws(NIfTIError.Reason) {
      var fields = try HeaderFields(lead)
      guard fields.format == .nifti1, !fields.isPair, fields.dim.prefix(6).dropFirst(4) == [1, 3] else {
        throw .dimensions(fields.dim)
      }
      isSwapped = fields.isSwapped
      // Each component is a volume.
      fields.dim = [3] + fields.dim[1...3] + [1, 1, 1, 1]
      header = try NIfTIHeader(fields)
      guard header.datatype == .float32 else { throw .unsupportedDatatype(name: "\(header.datatype)") }
    } catch {
      throw NIfTIError(path: path, reason: error)
    }
    try file.skip(to: header.voxelOffset)
    let count = header.grid.count
    let bytes = try file.read(3 * 4 * count)
    guard bytes.count == 3 * 4 * count else {
      throw NIfTIError(path: path, reason: .truncated(expected: 12 * count, found: bytes.count))
    }
    try file.finish()
    let vectors = bytes.withUnsafeBytes { raw in
      (0..<count).map { voxel in
        func component(_ index: Int) -> Float {
          let bits = raw.loadUnaligned(fromByteOffset: 4 * (index * count + voxel), as: UInt32.self)
          return Float(bitPattern: isSwapped ? bits.byteSwapped : bits)
        }
        return SIMD3(component(0), component(1), component(2))
      }
    }
    self.init(grid: header.grid, vectors: vectors)
  }
}
