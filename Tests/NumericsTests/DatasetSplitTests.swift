import Numerics
import Testing

@Suite struct DatasetSplitTests {
  static let subjects = (1...20).map { "sub-\($0)" }

  @Test(
    "the fraction is rounded to whole subjects; none is lost or on both sides",
    arguments: [(0.0, 0), (0.01, 1), (0.2, 4), (0.48, 10), (0.99, 19)])
  func fraction(fraction: Double, expected: Int) {
    let split = DatasetSplit(subjects: DatasetSplitTests.subjects, validationFraction: fraction, seed: 1)
    #expect(split.validation.count == expected)
    #expect((split.training + split.validation).sorted() == DatasetSplitTests.subjects.sorted())
  }

  @Test("order and repetition of the subjects do not matter")
  func order() {
    let subjects = DatasetSplitTests.subjects
    let split = DatasetSplit(subjects: subjects, validationFraction: 0.3, seed: 2)
    #expect(DatasetSplit(subjects: subjects.reversed() + subjects, validationFraction: 0.3, seed: 2) == split)
  }

  @Test("another seed holds back other subjects, and over many seeds each about as often")
  func seeds() {
    var counts: [String: Int] = [:]
    for seed in 0..<1000 as Range<UInt64> {
      let split = DatasetSplit(subjects: DatasetSplitTests.subjects, validationFraction: 0.2, seed: seed)
      for subject in split.validation { counts[subject, default: 0] += 1 }
    }
    // 200 expected, standard deviation 12.6.
    for subject in DatasetSplitTests.subjects { #expect(abs(counts[subject, default: 0] - 200) < 55) }
  }

  @Test("a subject that joins moves at most one other from validation to training")
  func joining() {
    let before = DatasetSplit(subjects: DatasetSplitTests.subjects, validationFraction: 0.2, seed: 3)
    let after = DatasetSplit(
      subjects: DatasetSplitTests.subjects + ["sub-21"], validationFraction: 0.2, seed: 3)
    #expect(Set(before.validation).subtracting(after.validation).count <= 1)
  }

  @Test("a single subject is for training, and no subjects give an empty split", arguments: [[], ["sub-1"]])
  func few(subjects: [String]) {
    let split = DatasetSplit(subjects: subjects, validationFraction: 0.5, seed: 4)
    #expect(split.training == subjects)
    #expect(split.validation.isEmpty)
  }
}
