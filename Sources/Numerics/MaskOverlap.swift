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

  /// Counts the elements of two arrays of equal length that fulfil a condition.
  package init<Element>(_ a: [Element], _ b: [Element], where isIn: (Element) -> Bool) {
    precondition(a.count == b.count, "masks that are compared have one size")
    for index in a.indices {
      let (isFirst, isSecond) = (isIn(a[index]), isIn(b[index]))
      first += isFirst ? 1 : 0
      second += isSecond ? 1 : 0
      both += isFirst && isSecond ? 1 : 0
    }
  }

  /// The Dice coefficient 2 |A ∩ B| / (|A| + |B|), from 0 to 1 (Dice 1945); `nil` if both masks are empty.
  package var dice: Double? {
    first + second > 0 ? 2 * Double(both) / Double(first + second) : nil
  }
}
