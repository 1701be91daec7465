import Files

extension Volume {
  /// Writes a NIfTI file (`.nii`, or `.nii.gz` compressed), completely or not at all. If `path` names either half of a
  /// pair (`.hdr` or `.img`, each also `.gz`), both halves are written.
  ///
  /// The format is NIfTI-1, or NIfTI-2 if `header` has it or an axis is too long. Integer types store whole numbers
  /// that fit exactly. Other values are mapped from their range to the range of the type by slope and intercept, with
  /// an error of at most half a step. Values within 0...1 are treated as probabilities and get that display range.
  /// - Parameters:
  ///   - path: The path of the file.
  ///   - header: The header of the source. Its extensions are kept. On the same grid its sform, qform and codes are
  ///     kept. On another grid both forms describe that grid, with the code of the form that the source was read by.
  ///     Without a header the code is 1.
  ///   - datatype: The storage type: uint8, int16, uint16 or float32.
  /// - Throws: `NIfTIError` if the file cannot be written.
  public func write(
    to path: String, like header: NIfTIHeader? = nil, datatype: NIfTIDatatype = .float32
  ) throws(NIfTIError) {
    let range = ValueRange(voxels)
    var encoding = NIfTIEncoding(datatype: datatype)
    if range.minimum >= 0 && range.maximum <= 1 { encoding.displayMaximum = 1 }
    if datatype != .float32 { encoding.setScaling(for: range) }
    try writeNIfTI(to: path, grid: grid, encoding: encoding, like: header) {
      header throws(NIfTIError.Reason) in
      switch datatype {
      case .float32:
        littleEndianContent(of: voxels, after: header) { store($0, $1) { $0.bitPattern.littleEndian } }
      case .uint8: integerContent(of: voxels, after: header, encoding, UInt8.self)
      case .int16: integerContent(of: voxels, after: header, encoding, Int16.self)
      case .uint16: integerContent(of: voxels, after: header, encoding, UInt16.self)
      default: throw .unwritableDatatype(datatype)
      }
    }
  }
}

extension Volume {
  /// Writes values from 0 to 1 as uint8 with a slope of 1/255.
  ///
  /// 0 and 1 are exact, files of different scans have the same scale, and the error is at most 1/510. Values outside
  /// the range are clipped.
  /// - Throws: `NIfTIError` if the file cannot be written.
  public func writeProbabilities(to path: String, like header: NIfTIHeader? = nil) throws(NIfTIError) {
    let encoding = NIfTIEncoding(datatype: .uint8, slope: 1 / 255, displayMaximum: 1)
    try writeNIfTI(to: path, grid: grid, encoding: encoding, like: header) { header in
      littleEndianContent(of: voxels, after: header) { source, target in
        store(source, target) { UInt8((min(max($0.isFinite ? $0 : 0, 0), 1) * 255).rounded()) }
      }
    }
  }
}

extension LabelMap {
  /// Writes a NIfTI file with the smallest type that holds the largest label (uint8, int16 or uint16), without scaling,
  /// completely or not at all. `header` has the same meaning as for `Volume`.
  /// - Throws: `NIfTIError` if the file cannot be written.
  public func write(to path: String, like header: NIfTIHeader? = nil) throws(NIfTIError) {
    let largest = labels.max() ?? 0
    var encoding = NIfTIEncoding(datatype: largest <= 255 ? .uint8 : largest <= 32767 ? .int16 : .uint16)
    encoding.displayMaximum = Float(largest)
    try writeNIfTI(to: path, grid: grid, encoding: encoding, like: header) { header in
      largest <= 255
        ? littleEndianContent(of: labels, after: header) { store($0, $1) { UInt8(truncatingIfNeeded: $0) } }
        : littleEndianContent(of: labels, after: header) { store($0, $1) { $0.littleEndian } }
    }
  }
}

extension NIfTIEncoding {
  /// Sets slope and intercept for an integer type. If all values are whole numbers that fit, there is no scaling.
  /// Otherwise the range of the values is mapped to the range of the type.
  fileprivate mutating func setScaling(for range: ValueRange) {
    let limits: ClosedRange<Double> =
      switch datatype {
      case .uint8: 0...255
      case .int16: -32768...32767
      default: 0...65535
      }
    let (low, high) = (Double(range.minimum), Double(range.maximum))
    if range.isWhole && limits.contains(low) && limits.contains(high) { return }
    if high > low { slope = Float((high - low) / (limits.upperBound - limits.lowerBound)) }
    intercept = Float(low - limits.lowerBound * Double(slope))
  }
}

/// Returns header and voxels as integers. Voxels that are not finite become 0, as on reading.
private func integerContent<T: FixedWidthInteger>(
  of voxels: [Float], after header: [UInt8], _ encoding: NIfTIEncoding, _ type: T.Type
) -> FileContent {
  if encoding.slope == 1 && encoding.intercept == 0 {
    return littleEndianContent(of: voxels, after: header) { source, target in
      store(source, target) { value in
        T(truncatingIfNeeded: value.isFinite ? WholeNumber.integer(value) : 0).littleEndian
      }
    }
  }
  let (slope, intercept) = (Double(encoding.slope), Double(encoding.intercept))
  return littleEndianContent(of: voxels, after: header) { source, target in
    store(source, target) { value in
      let number = ((Double(value) - intercept) / slope).rounded()
      return T(
        truncatingIfNeeded: number.isFinite ? Int(min(max(number, Double(T.min)), Double(T.max))) : 0
      ).littleEndian
    }
  }
}

/// Returns header and elements. `store` converts some of the elements. It is a loop and not the conversion of one
/// element, so that the compiler can vectorize it.
private func littleEndianContent<Element, Stored: FixedWidthInteger>(
  of elements: [Element], after header: [UInt8],
  _ store: @escaping (UnsafeBufferPointer<Element>, UnsafeMutablePointer<Stored>) -> Void
) -> FileContent {
  FileContent(header: header, count: elements.count, width: MemoryLayout<Stored>.size) { range, target in
    elements.withUnsafeBufferPointer { source in
      store(
        UnsafeBufferPointer(rebasing: source[range]),
        target.bindMemory(to: Stored.self, capacity: range.count))
    }
  }
}

/// Converts elements in a loop that the compiler can vectorize.
@inline(__always)
private func store<Element, Stored>(
  _ source: UnsafeBufferPointer<Element>, _ target: UnsafeMutablePointer<Stored>,
  _ stored: (Element) -> Stored
) {
  var index = 0
  while index < source.count {
    target[index] = stored(source[index])
    index &+= 1
  }
}

/// Writes one file or a pair of files.
private func writeNIfTI(
  to path: String, grid: Grid, encoding: NIfTIEncoding, like source: NIfTIHeader?,
  _ content: (_ header: [UInt8]) throws(NIfTIError.Reason) -> FileContent
) throws(NIfTIError) {
  do throws(NIfTIError.Reason) {
    if let pair = PairName.files(path) {
      func pieces(_ file: FileContent) throws(NIfTIError.Reason) -> [[UInt8]] {
        pair.isCompressed ? try Deflater.gzip(file) : [file.bytes]
      }
      let header = try encoding.header(grid: grid, like: source, isPair: true)
      // The header is renamed last, so that a program that finds it finds its voxels too.
      return try place([
        (pair.image, try pieces(try content([]))), (pair.header, try pieces(FileContent(header))),
      ])
    }
    let isCompressed = path.hasSuffix(".nii.gz")
    guard isCompressed || path.hasSuffix(".nii") else { throw .fileExtension }
    let file = try content(try encoding.header(grid: grid, like: source))
    try place([(path, isCompressed ? try Deflater.gzip(file) : [file.bytes])])
  } catch {
    throw NIfTIError(path: path, reason: error)
  }
}

/// Writes files atomically and translates the errors.
private func place(_ files: [(path: String, pieces: [[UInt8]])]) throws(NIfTIError.Reason) {
  do { try AtomicFile.write(files) } catch {
    switch error {
    case .missingFolder(let folder): throw .missingFolder(folder)
    case .unwritable(let code): throw .unwritable(errno: code)
    case .altered: throw .altered
    }
  }
}
