extension Volume {
  /// Writes a NIfTI-1 file (`.nii`, or `.nii.gz` compressed), whole or not at all.
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
    let bytes: [UInt8]
    switch datatype {
    case .float32: bytes = littleEndianBytes(of: voxels) { $0.bitPattern.littleEndian }
    case .uint8: bytes = integers(UInt8.self, range: range, encoding: &encoding)
    case .int16: bytes = integers(Int16.self, range: range, encoding: &encoding)
    case .uint16: bytes = integers(UInt16.self, range: range, encoding: &encoding)
    default: throw NIfTIError(path: path, reason: .unwritableDatatype(datatype))
    }
    try writeNIfTI(bytes, grid: grid, encoding: encoding, like: header, to: path)
  }

  private func integers<T: FixedWidthInteger>(
    _ type: T.Type, range: ValueRange, encoding: inout NIfTIEncoding
  ) -> [UInt8] {
    let fits = range.isWhole && range.minimum >= Float(T.min) && range.maximum <= Float(T.max)
    let span = Double(range.maximum) - Double(range.minimum)
    let slope = fits || span == 0 ? 1 : span / (Double(T.max) - Double(T.min))
    let intercept = fits ? 0 : Double(range.minimum) - Double(T.min) * slope
    encoding.slope = Float(slope)
    encoding.intercept = Float(intercept)
    return littleEndianBytes(of: voxels) { value in
      let stored = ((Double(value) - intercept) / slope).rounded()
      // Not finite: zero, as such voxels are read.
      return (stored.isFinite ? T(min(max(stored, Double(T.min)), Double(T.max))) : 0).littleEndian
    }
  }
}

extension LabelMap {
  /// Writes a NIfTI-1 file of the smallest type that holds the largest label (uint8, int16 or uint16), without
  /// scaling, whole or not at all; `header` as for `Volume`.
  public func write(to path: String, like header: NIfTIHeader? = nil) throws(NIfTIError) {
    let largest = labels.max() ?? 0
    var encoding = NIfTIEncoding(datatype: largest <= 255 ? .uint8 : largest <= 32767 ? .int16 : .uint16)
    encoding.displayMaximum = Float(largest)
    let bytes =
      largest <= 255
      ? littleEndianBytes(of: labels) { UInt8(truncatingIfNeeded: $0) }
      : littleEndianBytes(of: labels) { $0.littleEndian }
    try writeNIfTI(bytes, grid: grid, encoding: encoding, like: header, to: path)
  }
}

/// Smallest and largest finite voxel, and whether all are whole numbers.
private struct ValueRange {
  var minimum: Float = 0
  var maximum: Float = 0
  var isWhole = true

  init(_ voxels: [Float]) {
    var (low, high, whole) = (Float.infinity, -Float.infinity, true)
    for value in voxels where value.isFinite {
      low = min(low, value)
      high = max(high, value)
      whole = whole && value == value.rounded()
    }
    guard low <= high else { return }
    (minimum, maximum, isWhole) = (low, high, whole)
  }
}

@inline(__always)
private func littleEndianBytes<Element, Stored: FixedWidthInteger>(
  of elements: [Element], _ stored: (Element) -> Stored
) -> [UInt8] {
  [UInt8](unsafeUninitializedCapacity: elements.count * MemoryLayout<Stored>.size) { buffer, filled in
    let raw = UnsafeMutableRawBufferPointer(buffer)
    elements.withUnsafeBufferPointer { source in
      for index in 0..<source.count {
        raw.storeBytes(
          of: stored(source[index]), toByteOffset: index * MemoryLayout<Stored>.size, as: Stored.self)
      }
    }
    filled = raw.count
  }
}

private func writeNIfTI(
  _ voxels: [UInt8], grid: Grid, encoding: NIfTIEncoding, like source: NIfTIHeader?, to path: String
) throws(NIfTIError) {
  do throws(NIfTIError.Reason) {
    let header = try encoding.header(grid: grid, like: source)
    if path.hasSuffix(".nii.gz") {
      try place(Deflater.gzip(header + voxels), at: path)
    } else if path.hasSuffix(".nii") {
      try place([header, voxels], at: path)
    } else {
      throw .fileExtension
    }
  } catch {
    throw NIfTIError(path: path, reason: error)
  }
}

private func place(_ pieces: [[UInt8]], at path: String) throws(NIfTIError.Reason) {
  do { try AtomicFile.write(pieces, to: path) } catch {
    switch error {
    case .missingFolder(let folder): throw .missingFolder(folder)
    case .unwritable(let code): throw .unwritable(errno: code)
    }
  }
}
