import Numerics
import Testing

@Suite("DatasetFolds")
struct DatasetFoldsTests {
  private let subjects = (1...23).map { "sub-\($0)" }

  @Test("each subject is held out once, in folds that differ by one in size", arguments: [2, 5, 23])
  func partition(count: Int) {
    let folds = DatasetFolds(subjects: subjects + subjects, count: count, seed: 7).heldOut
    #expect(folds.count == count)
    #expect(folds.flatMap { $0 }.sorted() == subjects.sorted())
    let sizes = folds.map(\.count)
    #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
    #expect(folds.allSatisfy { $0 == $0.sorted() })
  }

  @Test("the seed decides, and not the order of the subjects")
  func seed() {
    let folds = DatasetFolds(subjects: subjects, count: 5, seed: 1)
    #expect(folds == DatasetFolds(subjects: subjects.reversed(), count: 5, seed: 1))
    #expect(folds != DatasetFolds(subjects: subjects, count: 5, seed: 2))
  }
}
