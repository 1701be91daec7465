/// A storage format of numbers. Numbers are read and written in groups of 16, whatever the width of a block of
/// channels.
protocol StorageFormat {
  /// Returns the 16 numbers from an element on. `position(of:)` gives the position of each.
  static func load(_ bytes: UnsafeRawPointer, from element: Int) -> SIMD16<Float>
  /// Stores 16 numbers from an element on, in the order of `load`.
  static func store(_ values: SIMD16<Float>, to bytes: UnsafeMutableRawPointer, from element: Int)
  /// Reads `count` numbers into a row with room for whole vectors of 16.
  static func load(
    _ bytes: UnsafeRawPointer, from element: Int, count: Int, into row: UnsafeMutableBufferPointer<Float>)
  /// Writes `count` numbers of a row.
  static func store(
    _ row: UnsafeMutableBufferPointer<Float>, count: Int, to bytes: UnsafeMutableRawPointer, from element: Int
  )
  /// Returns one number.
  static func number(_ bytes: UnsafeRawPointer, at element: Int) -> Float
  /// Returns the position of an element in a row or in a vector.
  static func position(of element: Int) -> Int
  /// Calls `body` with 16 numbers from an element on, or with fewer if no later ones are used.
  static func withNumbers(
    _ bytes: UnsafeRawPointer, from element: Int, _ body: (UnsafePointer<Float>) -> Void)
}

/// The storage of numbers as float32, in their own order.
enum FloatFormat: StorageFormat {
  @inline(__always)
  static func load(_ bytes: UnsafeRawPointer, from element: Int) -> SIMD16<Float> {
    bytes.loadUnaligned(fromByteOffset: 4 * element, as: SIMD16<Float>.self)
  }

  @inline(__always)
  static func store(_ values: SIMD16<Float>, to bytes: UnsafeMutableRawPointer, from element: Int) {
    bytes.storeBytes(of: values, toByteOffset: 4 * element, as: SIMD16<Float>.self)
  }

  static func load(
    _ bytes: UnsafeRawPointer, from element: Int, count: Int, into row: UnsafeMutableBufferPointer<Float>
  ) {
    UnsafeMutableRawBufferPointer(row).copyMemory(
      from: UnsafeRawBufferPointer(start: bytes + 4 * element, count: 4 * count))
  }

  static func store(
    _ row: UnsafeMutableBufferPointer<Float>, count: Int, to bytes: UnsafeMutableRawPointer, from element: Int
  ) {
    guard let first = row.baseAddress else { return }
    (bytes + 4 * element).copyMemory(from: first, byteCount: 4 * count)
  }

  static func number(_ bytes: UnsafeRawPointer, at element: Int) -> Float {
    bytes.load(fromByteOffset: 4 * element, as: Float.self)
  }

  @inline(__always)
  static func position(of element: Int) -> Int { element }

  @inline(__always)
  static func withNumbers(
    _ bytes: UnsafeRawPointer, from element: Int, _ body: (UnsafePointer<Float>) -> Void
  ) {
    body((bytes + 4 * element).assumingMemoryBound(to: Float.self))
  }
}

/// The storage of numbers as bf16, the upper half of float32.
///
/// Two neighbours form a 32-bit word, which vector instructions separate by a shift and a mask if they cannot widen 16
/// numbers of 16 bits. Therefore the even elements of each 16 come first, and then the odd elements.
enum BrainFloatFormat: StorageFormat {
  private static let upper = SIMD8<UInt32>(repeating: 0xFFFF_0000)

  @inline(__always)
  static func load(_ bytes: UnsafeRawPointer, from element: Int) -> SIMD16<Float> {
    widened(bytes.loadUnaligned(fromByteOffset: 2 * element, as: SIMD8<UInt32>.self))
  }

  @inline(__always)
  static func store(_ values: SIMD16<Float>, to bytes: UnsafeMutableRawPointer, from element: Int) {
    bytes.storeBytes(of: narrowed(values), toByteOffset: 2 * element, as: SIMD8<UInt32>.self)
  }

  static func load(
    _ bytes: UnsafeRawPointer, from element: Int, count: Int, into row: UnsafeMutableBufferPointer<Float>
  ) {
    let vectors = UnsafeMutableRawBufferPointer(row).assumingMemoryBound(to: SIMD16<Float>.self)
    let whole = count / 16
    for index in 0..<whole { vectors[index] = load(bytes, from: element + 16 * index) }
    guard count % 16 > 0 else { return }
    var rest = SIMD8<UInt32>.zero
    withUnsafeMutableBytes(of: &rest) {
      $0.copyMemory(
        from: UnsafeRawBufferPointer(start: bytes + 2 * (element + 16 * whole), count: 2 * (count % 16)))
    }
    vectors[whole] = widened(rest)
  }

  static func store(
    _ row: UnsafeMutableBufferPointer<Float>, count: Int, to bytes: UnsafeMutableRawPointer, from element: Int
  ) {
    let vectors = UnsafeMutableRawBufferPointer(row).assumingMemoryBound(to: SIMD16<Float>.self)
    let whole = count / 16
    for index in 0..<whole { store(vectors[index], to: bytes, from: element + 16 * index) }
    guard count % 16 > 0 else { return }
    withUnsafeBytes(of: narrowed(vectors[whole])) { rest in
      guard let first = rest.baseAddress else { return }
      (bytes + 2 * (element + 16 * whole)).copyMemory(from: first, byteCount: 2 * (count % 16))
    }
  }

  static func number(_ bytes: UnsafeRawPointer, at element: Int) -> Float {
    Float(bitPattern: UInt32(bytes.load(fromByteOffset: 2 * element, as: UInt16.self)) << 16)
  }

  @inline(__always)
  static func position(of element: Int) -> Int { element & ~15 | (element & 14) >> 1 | (element & 1) << 3 }

  @inline(__always)
  static func withNumbers(
    _ bytes: UnsafeRawPointer, from element: Int, _ body: (UnsafePointer<Float>) -> Void
  ) {
    withUnsafeBytes(of: load(bytes, from: element)) { values in
      guard let first = values.baseAddress else { return }
      body(first.assumingMemoryBound(to: Float.self))
    }
  }

  /// Returns 16 numbers from 8 words: the lower halves first, then the upper halves.
  @inline(__always)
  private static func widened(_ pairs: SIMD8<UInt32>) -> SIMD16<Float> {
    SIMD16(
      lowHalf: unsafeBitCast(pairs &<< 16, to: SIMD8<Float>.self),
      highHalf: unsafeBitCast(pairs & upper, to: SIMD8<Float>.self))
  }

  /// Returns 8 words from 16 numbers, in the order of `widened`.
  @inline(__always)
  private static func narrowed(_ values: SIMD16<Float>) -> SIMD8<UInt32> {
    rounded(values.lowHalf) &>> 16 | rounded(values.highHalf)
  }

  /// Returns numbers rounded to bf16 in the upper halves, to the nearest with ties to even. A NaN stays a NaN unless
  /// its payload is entirely in the lower half, which never occurs for NaNs from hardware.
  @inline(__always)
  private static func rounded(_ values: SIMD8<Float>) -> SIMD8<UInt32> {
    let bits = unsafeBitCast(values, to: SIMD8<UInt32>.self)
    return (bits &+ 0x7FFF &+ ((bits &>> 16) & 1)) & upper
  }
}

/// Calls `body` with a row for at least `count` numbers, in whole vectors of 16. All numbers are 0 at first.
func withRow(of count: Int, _ body: (UnsafeMutableBufferPointer<Float>) -> Void) {
  withUnsafeTemporaryAllocation(
    byteCount: 64 * ((count + 15) / 16), alignment: MemoryLayout<SIMD16<Float>>.alignment
  ) { bytes in
    let row = bytes.bindMemory(to: Float.self)
    row.initialize(repeating: 0)
    body(row)
  }
}
