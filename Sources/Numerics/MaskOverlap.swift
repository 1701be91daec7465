/// The numbers of elements in two masks and in both.
package struct MaskOverlap: Hashable, Sendable {
  /// The number of elements in both masks.
  package var both = 0
  /// The numbers of elements in the first and in the second mask.
  package var first = 0, second = 0

  /// Makes the overlap from numbers of elements.
  package init(both: Int, first: Int, second: Int) {
    (self.both, self.first, self.second) = (both, first, second)
  }

  /// Counts the values above a limit in two arrays of equal length.
  package init(_ a: [Float], _ b: [Float], above limit: Float) {
    precondition(a.count == b.count, "masks that are compared have one size")
    for index in a.indices { add(a[index] > limit, b[index] > limit) }
  }

  /// Counts a label in two arrays of equal length.
  package init(_ a: [UInt16], _ b: [UInt16], label: UInt16) {
    precondition(a.count == b.count, "masks that are compared have one size")
    for index in a.indices { add(a[index] == label, b[index] == label) }
  }

  @inline(__always)
  private mutating func add(_ isFirst: Bool, _ isSecond: Bool) {
    first += isFirst ? 1 : 0
    second += isSecond ? 1 : 0
    both += isFirst && isSecond ? 1 : 0
  }

  /// The Dice coefficient 2 |A ∩ B| / (|A| + |B|), from 0 to 1 (Dice 1945); `nil` if both masks are empty.
  package var dice: Double? {
    first + second > 0 ? 2 * Double(both) / Double(first + second) : nil
  }
}
