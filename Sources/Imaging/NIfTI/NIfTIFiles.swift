import Files

/// The one or two opened files of a scan, with the header read and the voxels not yet read.
struct NIfTIFiles {
  /// The path as given by the user, or the path of the partner file that holds the voxels.
  let voxelPath: String
  /// The header.
  var header: NIfTIHeader
  /// The file of the voxels, read up to the end of the header if it contains the header.
  var voxels: FileBytes
  /// What voxels become that are not finite.
  var missing: Float = 0
  /// The files whose bytes were read.
  private let sources: [FileBytes]

  /// The records of the files whose bytes were read.
  var records: [FileRecord] { sources.map(\.record) }

  /// Opens exactly the file at `path` and, if it is half of a pair, its partner.
  init(path: String) throws(NIfTIError) {
    var typed = try FileBytes(path: path)
    switch PairName.half(path) {
    case .image:
      let partner = PairName.partner(of: path)
      // A complete NIfTI file can be named .img.
      if !partner.exists, let header = try? Self.header(of: &typed, path: path), !header.isPair {
        self.init(header, path, typed)
        return
      }
      guard partner.exists else { throw NIfTIError(path: path, reason: .partnerMissing(partner.path)) }
      var other = try FileBytes(path: partner.path)
      let header = try Self.header(of: &other, path: partner.path)
      try other.finish()
      self.init(header.placed(path), path, header.isPair ? typed : other, sources: [typed, other])
    case .header:
      let header = try Self.header(of: &typed, path: path)
      guard header.isPair else {
        self.init(header, path, typed)
        return
      }
      try typed.finish()
      let partner = PairName.partner(of: path)
      guard partner.exists else { throw NIfTIError(path: path, reason: .partnerMissing(partner.path)) }
      let other = try FileBytes(path: partner.path)
      self.init(header.placed(path), partner.path, other, sources: [typed, other])
    case nil:
      let header = try Self.header(of: &typed, path: path)
      guard !header.isPair else { throw NIfTIError(path: path, reason: .pairMisnamed) }
      self.init(header, path, typed)
    }
  }

  /// Opens contents in memory: one file, or the two halves of a pair.
  init(_ bytes: [UInt8], image: [UInt8]?, path: String) throws(NIfTIError) {
    var file = try FileBytes(bytes, path: path)
    let header = try Self.header(of: &file, path: path)
    guard header.isPair else {
      self.init(header, path, file)
      return
    }
    guard let image else { throw NIfTIError(path: path, reason: .pairMisnamed) }
    self.init(header, path, try FileBytes(image, path: path))
  }

  private init(
    _ header: NIfTIHeader, _ voxelPath: String, _ voxels: FileBytes, sources: [FileBytes]? = nil
  ) {
    (self.header, self.voxelPath, self.voxels) = (header, voxelPath, voxels)
    self.sources = sources ?? [voxels]
  }

  /// Reads a header with its extensions.
  private static func header(of file: inout FileBytes, path: String) throws(NIfTIError) -> NIfTIHeader {
    // The shortest header first, because a file is read only forwards.
    var bytes = try file.read(NIfTIFormat.mgh.headerSize)
    if HeaderFields.isMGH(bytes, path: path) {
      do throws(NIfTIError.Reason) { return try NIfTIHeader(HeaderFields(mgh: bytes)) } catch {
        throw NIfTIError(path: path, reason: error)
      }
    }
    bytes += try file.read(HeaderFields.leadSize - bytes.count)
    if !HeaderFields.isHeader(bytes), let format = ForeignFormat(lead: bytes, path: path) {
      throw NIfTIError(path: path, reason: .foreign(format))
    }
    do throws(NIfTIError.Reason) {
      let isNIfTI2 = try HeaderFields.layout(of: bytes).isNIfTI2
      if isNIfTI2 { bytes += try file.read(forReason: NIfTIFormat.nifti2.headerSize - bytes.count) }
      let fields = try HeaderFields(bytes)
      var header = try NIfTIHeader(fields)
      try readExtensions(of: &file, isSwapped: fields.isSwapped, into: &header)
      return header
    } catch {
      throw NIfTIError(path: path, reason: error)
    }
  }

  /// Reads the extensions into a header.
  private static func readExtensions(
    of file: inout FileBytes, isSwapped: Bool, into header: inout NIfTIHeader
  ) throws(NIfTIError.Reason) {
    guard header.format != .analyze else { return }
    let limit = header.isPair ? 1 << 24 : header.voxelOffset
    guard limit - file.position >= 4 else { return }
    let flag = try file.read(forReason: 4)
    guard let first = flag.first, first != 0 else { return }
    let bytes = try file.read(forReason: limit - file.position)
    let (blocks, isWhole) = NIfTIExtension.parse(bytes, isSwapped: isSwapped)
    header.extensions = blocks
    if !isWhole { header.warnings.append(.brokenExtensions) }
  }
}
