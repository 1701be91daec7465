import Files
import Foundation
import Imaging
import Numerics

/// Which files a training takes: images with their labels, by subject, and which of them only validate.
public struct TrainingList: Hashable, Sendable {
  public struct Entry: Hashable, Sendable {
    /// Whose images these are: a person with two sessions is one subject.
    public var subject: String
    /// Paths.
    public var image, label: String
    /// Whether it judges the training and teaches nothing.
    public var isValidation: Bool
  }

  /// How validation subjects are chosen where a table does not say.
  public enum Validation: Hashable, Sendable {
    case none
    /// A share of the subjects, 0 up to but not 1, drawn by a seed.
    case fraction(Double)
    /// The subjects of the images that a pattern matches.
    case pattern(String)

    /// A number is a fraction, anything else a pattern; `nil` for a fraction out of range.
    public init?(_ word: String) {
      guard let number = Double(word) else {
        self = .pattern(word)
        return
      }
      guard (0..<1).contains(number) else { return nil }
      self = number == 0 ? .none : .fraction(number)
    }
  }

  /// In the order of their subjects, or of the table's rows.
  public var entries: [Entry]

  /// Joins the images and labels that two patterns match, scan by scan.
  /// - Parameter mayOnlyValidate: whether all images may validate, as where label maps teach.
  /// - Throws: `TrainingListError` where a pattern matches nothing or a file has no partner.
  public init(
    images: String, labels: String, validation: Validation, seed: UInt64, mayOnlyValidate: Bool = false
  ) throws(TrainingListError) {
    let (imagePaths, labelPaths) = (ImageFiles.matches(of: images), ImageFiles.matches(of: labels))
    if imagePaths.isEmpty { throw .nothingFound(images) }
    if labelPaths.isEmpty { throw .nothingFound(labels) }
    let joined = SubjectPairing(imagePaths, labelPaths)
    if let repetition = joined.repetitions.first {
      throw .sameSubject(repetition.subject.description, repetition.kept, repetition.repeated)
    }
    if let image = joined.firstAlone.first { throw .noLabel(image: image, labels: labels) }
    if let label = joined.secondAlone.first { throw .noImage(label: label, images: images) }
    entries = joined.pairs.map {
      Entry(
        subject: ScanName(path: $0.first).subject.person, image: $0.first, label: $0.second,
        isValidation: false)
    }
    try split(validation, seed: seed)
    try checkRest(mayOnlyValidate)
  }

  /// Reads a table with the columns `image` and `label` (paths from the table's folder, or absolute), and, if it
  /// has them, `subject` and `split` (`train` or `validation`), which then decides in place of `validation`. A subject
  /// may have several rows.
  /// - Throws: `TrainingListError`.
  public init(
    pairs path: String, validation: Validation, seed: UInt64, mayOnlyValidate: Bool = false
  ) throws(TrainingListError) {
    let table: PathTable
    do throws(PathTable.Failure) {
      table = try PathTable(contentsOf: path, columns: ["image", "label"])
    } catch {
      throw .table(error)
    }
    let (images, splits) = (table.files("image"), table.cells("split"))
    let subjects = table.cells("subject") ?? images.map { ScanName(path: $0).subject.person }
    entries = zip(zip(images, table.files("label")), subjects).map { files, subject in
      Entry(subject: subject, image: files.0, label: files.1, isValidation: false)
    }
    for (row, split) in (splits ?? []).enumerated() {
      guard ["train", "validation"].contains(split) else {
        throw .badSplit(path: path, line: PathTable.line(ofRow: row), found: split)
      }
      entries[row].isValidation = split == "validation"
    }
    if splits == nil {
      try split(validation, seed: seed)
    } else if validation != .none {
      throw .splitTwice(path)
    }
    try checkRest(mayOnlyValidate)
  }

  private func checkRest(_ mayOnlyValidate: Bool) throws(TrainingListError) {
    guard mayOnlyValidate || entries.contains(where: { !$0.isValidation }) else { throw .nothingToTrainOn }
  }

  private mutating func split(_ validation: Validation, seed: UInt64) throws(TrainingListError) {
    let held: Set<String>
    switch validation {
    case .none: held = []
    case .fraction(let fraction):
      let split = DatasetSplit(subjects: entries.map(\.subject), validationFraction: fraction, seed: seed)
      held = Set(split.validation)
    case .pattern(let pattern):
      let subjects = Dictionary(
        entries.map { ($0.image, $0.subject) }, uniquingKeysWith: { first, _ in first })
      held = Set(ImageFiles.matches(of: pattern).map { subjects[$0] ?? ScanName(path: $0).subject.person })
      if held.isEmpty { throw .nothingFound(pattern) }
      let known = Set(entries.map(\.subject))
      if let unknown = held.subtracting(known).sorted().first { throw .unknownValidation(unknown, pattern) }
    }
    for index in entries.indices { entries[index].isValidation = held.contains(entries[index].subject) }
  }
}
