/// One way in which data could have come out under the null hypothesis.
package struct Rearrangement: Hashable, Sendable {
  /// The row of the design that each scan is paired with.
  package var design: [Int]
  /// 1 or −1 for each scan.
  package var signs: [Double]

  package init(design: [Int], signs: [Double]) {
    self.design = design
    self.signs = signs
  }

  package static func identity(_ scans: Int) -> Rearrangement {
    Rearrangement(design: Array(0..<scans), signs: Array(repeating: 1, count: scans))
  }
}
