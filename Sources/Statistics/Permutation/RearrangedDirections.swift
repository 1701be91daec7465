import CStatistics

/// The directions of a model, rearranged by each of several rearrangements: one matrix for all.
package struct RearrangedDirections {
  package let numbers: Range<Int>
  /// [group][scan][6]: six rearranged directions at a time, those of one rearrangement one after the other.
  package let weights: [Double]
  package let groups: Int
  /// Directions of one rearrangement, the tested ones first.
  package let directions: Int

  package init(_ numbers: Range<Int>, of plan: PermutationPlan, tested: [[Double]], nuisance: [[Double]]) {
    let directions = tested + nuisance
    let (group, scans) = (Int(STATISTICS_GROUP), directions[0].count)
    groups = (numbers.count * directions.count + group - 1) / group
    var weights = [Double](repeating: 0, count: groups * group * scans)
    for (place, number) in numbers.enumerated() {
      let rearrangement = plan.rearrangement(number)
      for (index, direction) in directions.enumerated() {
        let row = place * directions.count + index
        for scan in 0..<scans {
          weights[(row / group * scans + scan) * group + row % group] =
            rearrangement.signs[scan] * direction[rearrangement.design[scan]]
        }
      }
    }
    self.numbers = numbers
    self.weights = weights
    self.directions = directions.count
  }
}
