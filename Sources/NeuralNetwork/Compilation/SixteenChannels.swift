/// How sixteen channels of one voxel lie in memory, in layouts with blocks of sixteen channels.
protocol SixteenChannels {
  static func load(_ bytes: UnsafeRawPointer, at voxel: Int) -> SIMD16<Float>
  static func store(_ values: SIMD16<Float>, to bytes: UnsafeMutableRawPointer, at voxel: Int)
  /// Where in the vector a channel comes.
  static func lane(of channel: Int) -> Int
}

enum SixteenFloats: SixteenChannels {
  @inline(__always)
  static func load(_ bytes: UnsafeRawPointer, at voxel: Int) -> SIMD16<Float> {
    bytes.load(fromByteOffset: 64 * voxel, as: SIMD16<Float>.self)
  }

  @inline(__always)
  static func store(_ values: SIMD16<Float>, to bytes: UnsafeMutableRawPointer, at voxel: Int) {
    bytes.storeBytes(of: values, toByteOffset: 64 * voxel, as: SIMD16<Float>.self)
  }

  static func lane(of channel: Int) -> Int { channel }
}

/// bf16 is the upper half of f32. Two neighbours lie in one 32-bit word, which vector instructions part by a
/// shift and a mask where they cannot widen sixteen 16-bit numbers: even channels come first, then odd ones.
enum SixteenBrainFloats: SixteenChannels {
  private static let upper = SIMD8<UInt32>(repeating: 0xFFFF_0000)

  @inline(__always)
  static func load(_ bytes: UnsafeRawPointer, at voxel: Int) -> SIMD16<Float> {
    let pairs = bytes.load(fromByteOffset: 32 * voxel, as: SIMD8<UInt32>.self)
    return SIMD16(
      lowHalf: unsafeBitCast(pairs &<< 16, to: SIMD8<Float>.self),
      highHalf: unsafeBitCast(pairs & upper, to: SIMD8<Float>.self))
  }

  @inline(__always)
  static func store(_ values: SIMD16<Float>, to bytes: UnsafeMutableRawPointer, at voxel: Int) {
    let pairs = rounded(values.lowHalf) &>> 16 | rounded(values.highHalf)
    bytes.storeBytes(of: pairs, toByteOffset: 32 * voxel, as: SIMD8<UInt32>.self)
  }

  static func lane(of channel: Int) -> Int { channel / 2 + channel % 2 * 8 }

  /// To the nearest, ties to even, in the upper half. What is not a number stays so as long as its payload is
  /// not all in the lower half, as hardware's never is.
  @inline(__always)
  private static func rounded(_ values: SIMD8<Float>) -> SIMD8<UInt32> {
    let bits = unsafeBitCast(values, to: SIMD8<UInt32>.self)
    return (bits &+ 0x7FFF &+ ((bits &>> 16) & 1)) & upper
  }
}
