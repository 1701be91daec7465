/// Turns a file's bytes into intensities: byte order, type, slope and intercept.
struct VoxelDecoder {
  private let datatype: NIfTIDatatype
  private let isSwapped: Bool
  private let slope, intercept: Double

  init(header: NIfTIHeader) {
    datatype = header.datatype
    isSwapped = header.isBigEndian == (Int(1).littleEndian == 1)
    slope = header.slope
    intercept = header.intercept
  }

  /// The voxels, and how many of them were not finite and are now 0.
  func decode(_ bytes: [UInt8]) -> (voxels: [Float], nonFinite: Int) {
    let count = bytes.count / datatype.bytes
    var nonFinite = 0
    let voxels = [Float](unsafeUninitializedCapacity: count) { output, filled in
      bytes.withUnsafeBytes { input in
        nonFinite = Slabs.sum(over: count) { decode(input, into: output, range: $0) }
      }
      filled = count
    }
    return (voxels, nonFinite)
  }

  private func decode(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableBufferPointer<Float>, range: Range<Int>
  ) -> Int {
    switch datatype {
    case .uint8: integers(UInt8.self, input, output, range)
    case .int8: integers(Int8.self, input, output, range)
    case .uint16: integers(UInt16.self, input, output, range)
    case .int16: integers(Int16.self, input, output, range)
    case .uint32: integers(UInt32.self, input, output, range)
    case .int32: integers(Int32.self, input, output, range)
    case .uint64: integers(UInt64.self, input, output, range)
    case .int64: integers(Int64.self, input, output, range)
    case .float32: reals(Float.self, UInt32.self, { Float(bitPattern: $0) }, input, output, range)
    case .float64: reals(Double.self, UInt64.self, { Double(bitPattern: $0) }, input, output, range)
    }
  }

  @inline(__always)
  private func integers<T: FixedWidthInteger>(
    _ type: T.Type, _ input: UnsafeRawBufferPointer, _ output: UnsafeMutableBufferPointer<Float>,
    _ range: Range<Int>
  ) -> Int {
    let isScaled = slope != 1 || intercept != 0
    for index in range {
      var raw = input.loadUnaligned(fromByteOffset: index * MemoryLayout<T>.size, as: T.self)
      if isSwapped { raw = raw.byteSwapped }
      output[index] = isScaled ? Float(slope * Double(raw) + intercept) : Float(raw)
    }
    return isScaled ? zeroNonFinite(output, range) : 0
  }

  @inline(__always)
  private func reals<T: BinaryFloatingPoint, Bits: FixedWidthInteger>(
    _ type: T.Type, _ bits: Bits.Type, _ value: (Bits) -> T, _ input: UnsafeRawBufferPointer,
    _ output: UnsafeMutableBufferPointer<Float>, _ range: Range<Int>
  ) -> Int {
    let isScaled = slope != 1 || intercept != 0
    for index in range {
      var raw = input.loadUnaligned(fromByteOffset: index * MemoryLayout<T>.size, as: Bits.self)
      if isSwapped { raw = raw.byteSwapped }
      let real = value(raw)
      output[index] = isScaled ? Float(slope * Double(real) + intercept) : Float(real)
    }
    return zeroNonFinite(output, range)
  }

  private func zeroNonFinite(_ output: UnsafeMutableBufferPointer<Float>, _ range: Range<Int>) -> Int {
    var count = 0
    for index in range where !output[index].isFinite {
      output[index] = 0
      count += 1
    }
    return count
  }
}
