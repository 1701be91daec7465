/// The conversion of a file's bytes to intensities: byte order, type, slope and intercept.
struct VoxelDecoder {
  private let datatype: NIfTIDatatype
  private let isSwapped: Bool
  private let slope, intercept: Double
  /// What a voxel that is not finite becomes.
  private let missing: Float

  init(header: NIfTIHeader, missing: Float) {
    self.missing = missing
    datatype = header.datatype
    isSwapped = header.isBigEndian == (Int(1).littleEndian == 1)
    slope = header.slope
    intercept = header.intercept
  }

  /// The differences between decoded voxels and stored values.
  struct Losses {
    /// The number of voxels that were not finite and have been replaced.
    var nonFinite = 0
    var rounding = NIfTIImage.Rounding(count: 0, largest: 0)

    static func += (sum: inout Losses, part: Losses) {
      sum.nonFinite += part.nonFinite
      sum.rounding.count += part.rounding.count
      sum.rounding.largest = max(sum.rounding.largest, part.rounding.largest)
    }
  }

  /// Decodes one voxel for each element of `output` from its stored bytes in `input`. The two must not overlap.
  func decode(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableBufferPointer<Float>) -> Losses {
    let nonFinite = values(input, output)
    return Losses(nonFinite: nonFinite, rounding: rounding(of: input, in: UnsafeBufferPointer(output)))
  }

  /// Returns the rounding of decoded voxels. Only types wider than the 24 bits of float32 can be rounded.
  ///
  /// Slope and intercept, computed in float64, count as exact. Values that are not finite are not counted here.
  private func rounding(
    of bytes: UnsafeRawBufferPointer, in voxels: UnsafeBufferPointer<Float>
  ) -> NIfTIImage.Rounding {
    switch datatype {
    case .int32: rounding(bytes, voxels) { (raw: UInt32) in .exact(Int32(bitPattern: raw)) }
    case .uint32: rounding(bytes, voxels) { (raw: UInt32) in .exact(raw) }
    case .int64: rounding(bytes, voxels) { (raw: UInt64) in .exact(Int64(bitPattern: raw)) }
    case .uint64: rounding(bytes, voxels) { (raw: UInt64) in .exact(raw) }
    case .float64: rounding(bytes, voxels) { (raw: UInt64) in Stored(Double(bitPattern: raw)) }
    default: NIfTIImage.Rounding(count: 0, largest: 0)
    }
  }

  /// A stored number as the sum of two float64, so that 64-bit integers are exact.
  private struct Stored {
    var high, low: Double

    init(_ value: Double) { (high, low) = (value, 0) }

    @inline(__always)
    static func exact<T: FixedWidthInteger>(_ value: T) -> Stored {
      let bottom = value & 0xfff
      var result = Stored(Double(value - bottom))
      result.low = Double(bottom)
      return result
    }
  }

  @inline(__always)
  private func rounding<Bits: FixedWidthInteger>(
    _ bytes: UnsafeRawBufferPointer, _ voxels: UnsafeBufferPointer<Float>, _ stored: (Bits) -> Stored
  ) -> NIfTIImage.Rounding {
    var rounding = NIfTIImage.Rounding(count: 0, largest: 0)
    for index in voxels.indices {
      let raw = bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<Bits>.size, as: Bits.self)
      let value = stored(isSwapped ? raw.byteSwapped : raw)
      let difference = abs((slope * value.high + intercept - Double(voxels[index])) + slope * value.low)
      // A value beyond float32 was set to 0 and is counted elsewhere.
      if difference == 0 || !(difference <= Double(Float.greatestFiniteMagnitude)) { continue }
      rounding.count += 1
      rounding.largest = max(rounding.largest, difference)
    }
    return rounding
  }

  /// Decodes the voxels, and returns the number of those that were not finite.
  private func values(_ input: UnsafeRawBufferPointer, _ output: UnsafeMutableBufferPointer<Float>) -> Int {
    switch datatype {
    case .uint8: integers(UInt8.self, input, output)
    case .int8: integers(Int8.self, input, output)
    case .uint16: integers(UInt16.self, input, output)
    case .int16: integers(Int16.self, input, output)
    case .uint32: integers(UInt32.self, input, output)
    case .int32: integers(Int32.self, input, output)
    case .uint64: integers(UInt64.self, input, output)
    case .int64: integers(Int64.self, input, output)
    case .float32: reals(Float.self, UInt32.self, { Float(bitPattern: $0) }, input, output)
    case .float64: reals(Double.self, UInt64.self, { Double(bitPattern: $0) }, input, output)
    }
  }

  @inline(__always)
  private func integers<T: FixedWidthInteger>(
    _ type: T.Type, _ input: UnsafeRawBufferPointer, _ output: UnsafeMutableBufferPointer<Float>
  ) -> Int {
    if slope == 1 && intercept == 0 {
      fill(output, from: input) { (raw: T) in Float(raw) }
      return 0
    }
    fill(output, from: input) { (raw: T) in Float(slope * Double(raw) + intercept) }
    return replaceNonFinite(output)
  }

  @inline(__always)
  private func reals<T: BinaryFloatingPoint, Bits: FixedWidthInteger>(
    _ type: T.Type, _ bits: Bits.Type, _ value: (Bits) -> T, _ input: UnsafeRawBufferPointer,
    _ output: UnsafeMutableBufferPointer<Float>
  ) -> Int {
    if slope == 1 && intercept == 0 {
      fill(output, from: input) { (raw: Bits) in Float(value(raw)) }
    } else {
      fill(output, from: input) { (raw: Bits) in Float(slope * Double(value(raw)) + intercept) }
    }
    return replaceNonFinite(output)
  }

  /// Decodes all voxels in a loop without branches and checks, so that the compiler can vectorize it.
  @inline(__always)
  private func fill<Bits: FixedWidthInteger>(
    _ output: UnsafeMutableBufferPointer<Float>, from input: UnsafeRawBufferPointer,
    _ decoded: (Bits) -> Float
  ) {
    precondition(
      input.count == output.count * MemoryLayout<Bits>.size, "each decoded voxel needs one stored voxel")
    var index = 0
    if isSwapped {
      while index < output.count {
        let raw = input.loadUnaligned(fromByteOffset: index &* MemoryLayout<Bits>.size, as: Bits.self)
        output[index] = decoded(raw.byteSwapped)
        index &+= 1
      }
    } else {
      while index < output.count {
        output[index] = decoded(
          input.loadUnaligned(fromByteOffset: index &* MemoryLayout<Bits>.size, as: Bits.self))
        index &+= 1
      }
    }
  }

  /// Replaces voxels that are not finite, and returns their number.
  private func replaceNonFinite(_ output: UnsafeMutableBufferPointer<Float>) -> Int {
    var count = 0
    for index in output.indices where !output[index].isFinite {
      output[index] = missing
      count += 1
    }
    return count
  }
}
