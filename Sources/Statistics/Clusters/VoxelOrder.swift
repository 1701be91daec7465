/// Voxels of one sign of a map, by descending absolute value; voxels of equal value in the order of the mask.
///
/// The bits of a positive float32, read as an integer, have the order of the numbers: a radix sort of three passes takes
/// the same time whatever the values are, and nothing is rounded.
package struct VoxelOrder: ~Copyable {
  /// Inverted bits of the value in the high half, the number of the voxel in the low half.
  private var keys, other: UnsafeMutableBufferPointer<UInt64>
  private var counts: [Int32]
  private(set) var count = 0

  /// Positive float32 have 31 bits that count.
  private static let passes: [(shift: UInt64, bits: UInt64)] = [(32, 11), (43, 10), (53, 10)]
  private static let lowBits: UInt64 = 0x7FFF_FFFF

  package init(capacity: Int) {
    keys = .allocate(capacity: max(capacity, 1))
    other = .allocate(capacity: max(capacity, 1))
    counts = Array(repeating: 0, count: 3 << 11)
  }

  deinit {
    keys.deallocate()
    other.deallocate()
  }

  /// Sorts the voxels where `sign · value` is above zero. NaN is above nothing.
  package mutating func sort(_ map: UnsafeBufferPointer<Float>, sign: Float) {
    precondition(map.count <= keys.count, "no more voxels than there is room for")
    collect(map, sign: sign)
    var start = 0
    for (shift, bits) in Self.passes {
      scatter(shift: shift, bits: bits, counts: start)
      start += 1 << 11
      swap(&keys, &other)
    }
  }

  /// One key for each voxel, in order; valid until the next sort.
  package var sorted: UnsafeBufferPointer<UInt64> { UnsafeBufferPointer(rebasing: keys[..<count]) }

  /// The number of a key's voxel.
  @inline(__always) package static func voxel(_ key: UInt64) -> Int {
    Int(truncatingIfNeeded: key & 0xFFFF_FFFF)
  }

  /// The absolute value of a key's voxel.
  @inline(__always) package static func height(_ key: UInt64) -> Float {
    Float(bitPattern: UInt32(truncatingIfNeeded: lowBits &- (key >> 32)))
  }

  /// How many voxels are higher than this.
  package func count(above height: Float) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if Self.height(keys[middle]) > height { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private mutating func collect(_ map: UnsafeBufferPointer<Float>, sign: Float) {
    let keys = keys
    var filled = 0
    counts.withUnsafeMutableBufferPointer { counts in
      counts.update(repeating: 0)
      for number in 0..<map.count {
        let height = sign * map[number]
        guard height > 0 else { continue }
        let bits = Self.lowBits &- UInt64(height.bitPattern)
        keys[filled] = bits << 32 | UInt64(number)
        filled &+= 1
        counts[Int(bits & 2047)] &+= 1
        counts[2048 &+ Int(bits >> 11 & 1023)] &+= 1
        counts[4096 &+ Int(bits >> 21)] &+= 1
      }
    }
    count = filled
  }

  private mutating func scatter(shift: UInt64, bits: UInt64, counts start: Int) {
    let (keys, other, count) = (keys, other, count)
    counts.withUnsafeMutableBufferPointer { counts in
      var sum: Int32 = 0
      for digit in start..<start + Int(1 << bits) {
        let digitCount = counts[digit]
        counts[digit] = sum
        sum += digitCount
      }
      let mask: UInt64 = 1 << bits - 1
      for place in 0..<count {
        let key = keys[place]
        let digit = start &+ Int(truncatingIfNeeded: key >> shift & mask)
        other[Int(counts[digit])] = key
        counts[digit] &+= 1
      }
    }
  }
}
