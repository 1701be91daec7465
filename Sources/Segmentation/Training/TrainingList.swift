import Files
import Foundation
import Imaging
import Numerics

/// The files of a training: images with their labels, by subject, split into training and validation.
public struct TrainingList: Hashable, Sendable {
  /// An image and its label map.
  public struct Entry: Hashable, Sendable {
    /// The subject's name. Several sessions of a person belong to one subject.
    public var subject: String
    /// Paths of the image and of its label map.
    public var image, label: String
    /// Whether the image is used for validation and not for training.
    public var isValidation: Bool
  }

  /// How the validation subjects are chosen if no table lists them.
  public enum Validation: Hashable, Sendable {
    /// No validation.
    case none
    /// A share of the subjects, from 0 to below 1, drawn with a seed.
    case fraction(Double)
    /// The subjects of the images that a pattern matches.
    case pattern(String)

    /// Parses a word: a number is a fraction, anything else a pattern. Returns `nil` if the fraction is out of range.
    public init?(_ word: String) {
      guard let number = Double(word) else {
        self = .pattern(word)
        return
      }
      guard (0..<1).contains(number) else { return nil }
      self = number == 0 ? .none : .fraction(number)
    }
  }

  /// The images, in the order of their subjects or of the table's rows.
  public var entries: [Entry]

  /// Pairs the images and label maps that two patterns match, by scan.
  /// - Parameters:
  ///   - images: pattern of the images.
  ///   - labels: pattern of the label maps.
  ///   - validation: how the validation subjects are chosen.
  ///   - seed: seed of a random choice.
  ///   - mayOnlyValidate: whether all images may be used for validation, because label maps are used for training.
  /// - Throws: `TrainingListError` if a pattern matches nothing or a file has no partner.
  public init(
    images: String, labels: String, validation: Validation, seed: UInt64, mayOnlyValidate: Bool = false
  ) throws(TrainingListError) {
    let imagePaths = ImageFiles.find(images, .scans).paths
    let labelPaths = ImageFiles.find(labels, .labelMaps).paths
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

  /// Reads a table with the columns `image` and `label` (paths relative to the table's folder, or absolute) and
  /// optionally `subject` and `split` (`train` or `validation`), which replaces `validation`. A subject can have
  /// several rows, all of one split.
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
    let held = Set(entries.filter(\.isValidation).map(\.subject))
    if let taught = entries.first(where: { !$0.isValidation && held.contains($0.subject) }) {
      throw .inBothParts(path: path, subject: taught.subject)
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
      held = Set(
        ImageFiles.find(pattern, .scans).paths.map { subjects[$0] ?? ScanName(path: $0).subject.person })
      if held.isEmpty { throw .nothingFound(pattern) }
      let known = Set(entries.map(\.subject))
      if let unknown = held.subtracting(known).sorted().first { throw .unknownValidation(unknown, pattern) }
    }
    for index in entries.indices { entries[index].isValidation = held.contains(entries[index].subject) }
  }
}

/// Why a list of training files cannot be made.
public enum TrainingListError: Error, Hashable, Sendable {
  /// A pattern matches no file.
  case nothingFound(String)
  /// An image has no label map.
  case noLabel(image: String, labels: String)
  /// A label map has no image.
  case noImage(label: String, images: String)
  /// Two files have the same subject.
  case sameSubject(String, String, String)
  /// The file is not a table of images and labels.
  case table(PathTable.Failure)
  /// A cell of the column `split` has another value.
  case badSplit(path: String, line: Int, found: String)
  /// The column `split` puts a subject both into training and validation.
  case inBothParts(path: String, subject: String)
  /// A validation subject is not among the images.
  case unknownValidation(String, String)
  /// The table has a column `split`, and another choice of validation subjects was given.
  case splitTwice(String)
  /// All subjects are used for validation.
  case nothingToTrainOn
}

extension TrainingListError: CustomStringConvertible {
  /// The error as one sentence.
  public var description: String {
    switch self {
    case .nothingFound(let word): "\(word): no file found"
    case .noLabel(let image, let labels): "\(image): found no label map of the same subject among \(labels)"
    case .noImage(let label, let images): "\(label): found no image of the same subject among \(images)"
    case .sameSubject(let subject, let first, let second):
      "\(second): has the same subject, \(subject), as \(first); use --pairs if subjects have several scans"
    case .table(let failure): "\(failure)"
    case .badSplit(let path, let line, let found):
      "\(path):\(line): split is `\(found)`, needed `train` or `validation`"
    case .inBothParts(let path, let subject):
      "\(path): the column split has both `train` and `validation` for subject \(subject); needed one of them in all rows "
        + "of a subject"
    case .unknownValidation(let subject, let pattern):
      "\(pattern): validation subject \(subject) is not among the images"
    case .splitTwice(let path):
      "\(path): the column split already selects the validation subjects; leave out --validation or the column"
    case .nothingToTrainOn:
      "all subjects are used for validation, needed at least one for training; use a lower --validation"
    }
  }
}
