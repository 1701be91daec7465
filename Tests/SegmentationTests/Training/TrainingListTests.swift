import Foundation
import Segmentation
import TestSupport
import Testing

@Suite("TrainingList")
struct TrainingListTests {
  private typealias Entry = TrainingList.Entry

  private let workplace: Workplace

  init() throws { workplace = try Workplace() }

  /// Empty files: a list looks at names alone.
  private func touch(_ names: String...) throws {
    for name in names { try workplace.write("", to: name) }
  }

  private func list(
    images: String = "images/*.nii.gz", labels: String = "labels/*.nii.gz",
    _ validation: TrainingList.Validation = .none, seed: UInt64 = 0
  ) throws(TrainingListError) -> TrainingList {
    try TrainingList(
      images: workplace(images), labels: workplace(labels), validation: validation, seed: seed)
  }

  private func table(
    _ text: String, _ validation: TrainingList.Validation = .none
  ) throws -> TrainingList {
    try TrainingList(pairs: try workplace.write(text, to: "pairs.tsv"), validation: validation, seed: 0)
  }

  private func held(_ list: TrainingList) -> [String] {
    list.entries.filter(\.isValidation).map(\.image)
  }

  @Test("images and labels are joined by subject, in the order of the subjects")
  func patterns() throws {
    try touch(
      "images/sub-10_T1w.nii.gz", "images/sub-2_T1w.nii.gz", "labels/sub-2_desc-manual_dseg.nii.gz",
      "labels/sub-10_dseg.nii.gz", "images/notes.txt")
    let list = try list()
    #expect(list.entries.map(\.subject) == ["sub-2", "sub-10"])
    #expect(
      list.entries.map(\.image)
        == [workplace("images/sub-2_T1w.nii.gz"), workplace("images/sub-10_T1w.nii.gz")])
    #expect(
      list.entries.map(\.label)
        == [workplace("labels/sub-2_desc-manual_dseg.nii.gz"), workplace("labels/sub-10_dseg.nii.gz")])
    #expect(held(list).isEmpty)
  }

  @Test("a pattern that matches nothing is named")
  func nothing() throws {
    try touch("images/sub-1_T1w.nii.gz")
    #expect(throws: TrainingListError.nothingFound(workplace("labels/*.nii.gz"))) { try list() }
    #expect(throws: TrainingListError.nothingFound(workplace("other/*.nii.gz"))) {
      try list(images: "other/*.nii.gz")
    }
  }

  @Test("an image without labels and labels without an image are errors")
  func alone() throws {
    try touch("images/sub-1_T1w.nii.gz", "images/sub-2_T1w.nii.gz", "labels/sub-1_dseg.nii.gz")
    let labels = workplace("labels/*.nii.gz")
    #expect(throws: TrainingListError.noLabel(image: workplace("images/sub-2_T1w.nii.gz"), labels: labels)) {
      try list()
    }
    try touch("labels/sub-2_dseg.nii.gz", "labels/sub-3_dseg.nii.gz")
    let images = workplace("images/*.nii.gz")
    #expect(throws: TrainingListError.noImage(label: workplace("labels/sub-3_dseg.nii.gz"), images: images)) {
      try list()
    }
  }

  @Test("two images of one scan are an error")
  func repetition() throws {
    try touch(
      "images/sub-1_desc-a_T1w.nii.gz", "images/sub-1_desc-b_T1w.nii.gz", "labels/sub-1_dseg.nii.gz")
    let error = TrainingListError.sameSubject(
      "sub-1", workplace("images/sub-1_desc-a_T1w.nii.gz"), workplace("images/sub-1_desc-b_T1w.nii.gz"))
    #expect(throws: error) { try list() }
  }

  @Test(
    "a fraction holds back whole people: both sessions of one stay together, whatever the seed",
    arguments: 0..<20 as Range<UInt64>)
  func sessions(seed: UInt64) throws {
    for subject in 1...4 {
      for session in 1...2 {
        try touch(
          "images/sub-\(subject)_ses-\(session)_T1w.nii.gz",
          "labels/sub-\(subject)_ses-\(session)_dseg.nii.gz")
      }
    }
    let list = try list(.fraction(0.25), seed: seed)
    #expect(list.entries.count == 8)
    let held = list.entries.filter(\.isValidation)
    #expect(held.count == 2)
    #expect(Set(held.map(\.subject)).count == 1)
    #expect(try self.list(.fraction(0.25), seed: seed) == list)
  }

  @Test("a pattern holds back the people of the images that it matches, with all their sessions")
  func validationPattern() throws {
    try touch(
      "images/sub-1_ses-1_T1w.nii.gz", "images/sub-1_ses-2_T1w.nii.gz", "images/sub-2_T1w.nii.gz",
      "labels/sub-1_ses-1_dseg.nii.gz", "labels/sub-1_ses-2_dseg.nii.gz", "labels/sub-2_dseg.nii.gz")
    let list = try list(.pattern(workplace("images/sub-1_ses-2*")))
    #expect(list.entries.map(\.isValidation) == [true, true, false])
    #expect(throws: TrainingListError.nothingFound(workplace("images/sub-3*"))) {
      try self.list(.pattern(workplace("images/sub-3*")))
    }
    try touch("other/sub-7_T1w.nii.gz")
    #expect(throws: TrainingListError.unknownValidation("sub-7", workplace("other/*"))) {
      try self.list(.pattern(workplace("other/*")))
    }
    #expect(throws: TrainingListError.nothingToTrainOn) {
      try self.list(.pattern(workplace("images/*")))
    }
  }

  @Test("a table's paths are from its folder or absolute, its columns in any order")
  func tablePaths() throws {
    let list = try table("label\tnotes\timage\nl/a.nii\tgood\ti/sub-4_T1w.nii.gz\n/b.nii\t\t/c/x_T1w.nii\n")
    #expect(list.entries.map(\.image) == [workplace("i/sub-4_T1w.nii.gz"), "/c/x_T1w.nii"])
    #expect(list.entries.map(\.label) == [workplace("l/a.nii"), "/b.nii"])
    #expect(list.entries.map(\.subject) == ["sub-4", "x"])
  }

  @Test("a table with Windows line ends and empty lines is read")
  func lineEnds() throws {
    #expect(try table("image\tlabel\r\n\r\na.nii\tb.nii\r\n").entries.map(\.label) == [workplace("b.nii")])
  }

  @Test("a table's own split and subjects decide")
  func tableSplit() throws {
    let text = "image\tlabel\tsplit\tsubject\na.nii\tl.nii\ttrain\tAnna\nb.nii\tl.nii\tvalidation\tBo\n"
    let list = try table(text)
    #expect(list.entries.map(\.isValidation) == [false, true])
    #expect(list.entries.map(\.subject) == ["Anna", "Bo"])
    #expect(throws: TrainingListError.splitTwice(workplace("pairs.tsv"))) { try table(text, .fraction(0.9)) }
    let both = text + "c.nii\tl.nii\ttrain\tBo\n"
    #expect(throws: TrainingListError.inBothParts(path: workplace("pairs.tsv"), subject: "Bo")) {
      try table(both)
    }
  }

  @Test("a pattern holds back a table's subjects by their images, whatever their names")
  func tablePattern() throws {
    try touch("scans/a.nii", "scans/b.nii", "scans/c.nii")
    let text = "image\tlabel\tsubject\nscans/a.nii\tl\tAnna\nscans/b.nii\tl\tBo\nscans/c.nii\tl\tAnna\n"
    let list = try table(text, .pattern(workplace("scans/a*")))
    #expect(list.entries.map(\.isValidation) == [true, false, true])
  }

  @Test("a table's faults are named with file, line and what was found")
  func tableFaults() throws {
    let path = workplace("pairs.tsv")
    #expect(throws: TrainingListError.table(.noColumn(path: path, needed: "image", found: ["a", "label"]))) {
      try table("a\tlabel\n")
    }
    #expect(throws: TrainingListError.table(.noColumn(path: path, needed: "label", found: ["image"]))) {
      try table("image\nx\n")
    }
    #expect(throws: TrainingListError.table(.noColumn(path: path, needed: "image", found: []))) {
      try table("")
    }
    #expect(throws: TrainingListError.table(.noRows(path))) { try table("image\tlabel\n") }
    #expect(throws: TrainingListError.table(.badRow(path: path, line: 3, cells: 1, needed: 2))) {
      try table("image\tlabel\na\tb\nc\n")
    }
    #expect(throws: TrainingListError.badSplit(path: path, line: 2, found: "test")) {
      try table("image\tlabel\tsplit\na\tb\ttest\n")
    }
    #expect(throws: TrainingListError.nothingToTrainOn) {
      try table("image\tlabel\tsplit\na\tb\tvalidation\n")
    }
    #expect(throws: TrainingListError.table(.unreadable(workplace("missing.tsv")))) {
      try TrainingList(pairs: workplace("missing.tsv"), validation: .none, seed: 0)
    }
    let binary = try workplace.write(Data([0xFF, 0xFE, 0x00, 0xC3]), to: "binary.tsv")
    #expect(throws: TrainingListError.table(.notText(binary))) {
      try TrainingList(pairs: binary, validation: .none, seed: 0)
    }
  }

  @Test(
    "a number is a fraction below 1, another word a pattern",
    arguments: [
      ("0.2", .fraction(0.2)), ("0", TrainingList.Validation.none), ("1", nil), ("-0.1", nil), ("nan", nil),
      ("sub-0*", .pattern("sub-0*")), ("a/0.2", .pattern("a/0.2")),
    ] as [(String, TrainingList.Validation?)])
  func validationWord(word: String, wanted: TrainingList.Validation?) {
    #expect(TrainingList.Validation(word) == wanted)
  }
}
