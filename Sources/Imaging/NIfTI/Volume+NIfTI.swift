import Files

extension Volume {
  /// Writes a NIfTI file (`.nii`, or `.nii.gz` compressed), whole or not at all; where `path` names either half of
  /// a pair (`.hdr` or `.img`, each also `.gz`), both halves.
  ///
  /// It is NIfTI-1, or NIfTI-2 where `header` is or an axis is too long; extensions of `header` are kept.
  ///
  /// With `header` of a file on the same grid, sform and qform and their codes are that file's; on
  /// another grid both describe that grid, with the code of the form that the file was read by. Without a
  /// `header` the code is 1. Integer types store whole numbers that fit as they are; other values are spread over the
  /// type's range from minimum to maximum by slope and intercept, so that each is off by at most half a step.
  /// Values within 0...1 are taken for probabilities, and get that display range.
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
  /// Writes values from 0 to 1 as uint8 with a slope of 1/255, so that 0 and 1 are exact, files of different scans
  /// have one scale, and no value is off by more than 1/510. Values outside are cut.
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
  /// Writes a NIfTI file of the smallest type that holds the largest label (uint8, int16 or uint16), without
  /// scaling, whole or not at all; `header` as for `Volume`.
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
  /// Slope and intercept for an integer type: none where all values are whole numbers that fit, else those
  /// that spread the values over the type's range.
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

/// Header and voxels as integers; those that are not finite as zero, as such voxels are read.
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

/// Header and elements. `store` converts some of the elements; it is a loop, not an element's conversion, so that the
/// compiler can make vectors of it.
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
      // The header last: who finds it finds its voxels too.
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

private func place(_ files: [(path: String, pieces: [[UInt8]])]) throws(NIfTIError.Reason) {
  do { try AtomicFile.write(files) } catch {
    switch error {
    case .missingFolder(let folder): throw .missingFolder(folder)
    case .unwritable(let code): throw .unwritable(errno: code)
    case .altered: throw .altered
    }
  }
}
