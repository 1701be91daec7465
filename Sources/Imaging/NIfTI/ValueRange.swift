import Numerics

/// The range of the finite voxels, and whether all of them are whole numbers.
struct ValueRange {
  /// The smallest finite voxel.
  private(set) var minimum: Float = 0
  /// The largest finite voxel.
  private(set) var maximum: Float = 0
  /// Whether all finite voxels are whole numbers. The value is meaningful only if none is beyond ±2²².
  private(set) var isWhole = true

  /// Measures the voxels. The range is 0...0 if no voxel is finite.
  init(_ voxels: [Float]) {
    let parts = voxels.withUnsafeBufferPointer { voxels in
      ParallelLoop.map(over: voxels.count) { Part(UnsafeBufferPointer(rebasing: voxels[$0])) }
    }
    let lowest = parts.map(\.lowest).min() ?? .max
    let highest = parts.map(\.highest).max() ?? .min
    if lowest <= highest { (minimum, maximum) = (Float(rank: lowest), Float(rank: highest)) }
    isWhole = parts.allSatisfy(\.isWhole)
  }

  /// The range of one part of the voxels. Integers are compared because the compiler can vectorize their comparisons,
  /// but not those of numbers that may be NaN.
  private struct Part {
    var lowest = Int32.max
    var highest = Int32.min
    var fractions: Int32 = 0

    var isWhole: Bool { fractions == 0 }

    init(_ voxels: UnsafeBufferPointer<Float>) {
      // An explicit counter, sums that cannot trap, and masks instead of branches allow the compiler to vectorize.
      var index = 0
      while index < voxels.count {
        let value = voxels[index]
        let finite: Int32 = value.isFinite ? -1 : 0
        let rank = value.rank
        lowest = min(lowest, rank & finite | .max & ~finite)
        highest = max(highest, rank & finite | .min & ~finite)
        fractions |= Int32(bitPattern: (WholeNumber.rounded(value) - value).magnitude.bitPattern) & finite
        index &+= 1
      }
    }
  }
}

/// Conversions of float32 numbers within ±2²² to whole numbers without a call or a branch, so that loops vectorize.
enum WholeNumber {
  /// Near this number float32 has steps of 1, up to 2²² to either side.
  private static let shift: Float = 0x1.8p23

  /// Returns the nearest whole number.
  @inline(__always)
  static func rounded(_ value: Float) -> Float { (value + shift) - shift }

  /// Returns the nearest integer. The result is undefined beyond ±2²².
  @inline(__always)
  static func integer(_ value: Float) -> Int32 {
    Int32(bitPattern: (value + shift).bitPattern &- shift.bitPattern)
  }
}

extension Float {
  /// An integer with the order of the number, for finite numbers.
  @inline(__always)
  fileprivate var rank: Int32 {
    let bits = Int32(bitPattern: bitPattern)
    return bits ^ (bits >> 31 & .max)
  }

  fileprivate init(rank: Int32) {
    self.init(bitPattern: UInt32(bitPattern: rank ^ (rank >> 31 & .max)))
  }
}
