import Files
import Imaging

/// A prediction and the reference that it is compared with.
public struct EvaluationPair: Hashable, Sendable {
  /// The subject of both files.
  public var subject: Subject
  /// Paths as typed, or as found in the typed folder or pattern.
  public var prediction, reference: String

  /// Creates a pair.
  public init(subject: Subject, prediction: String, reference: String) {
    self.subject = subject
    self.prediction = prediction
    self.reference = reference
  }

  /// Returns the pairs, by subject, of the files in two folders or of two patterns (`ImageFiles.find`).
  ///
  /// If there is one file on each side and at least one of them was named as a file, the two are a pair whatever their
  /// names, unless both have BIDS names of different subjects.
  /// - Parameters:
  ///   - predictions: a file, folder or pattern.
  ///   - references: a file, folder or pattern.
  ///   - structures: whether maps of structures are taken from a folder that has those of tissues too.
  /// - Returns: the pairs in the order of their subjects, and one error for each file without a partner or with a
  ///   subject that occurred before. A reference without a prediction is an error because a subject whose segmentation
  ///   failed must not be left out of a mean silently.
  public static func pairs(
    predictions: String, references: String, structures: Bool = false
  ) -> (pairs: [EvaluationPair], errors: [EvaluationError]) {
    let kind = structures ? ImageFiles.Kind.structureMaps : .labelMaps
    let predicted = ImageFiles.find(predictions, kind)
    let referenced = ImageFiles.find(references, kind)
    if let pair = onlyPair(predicted, referenced) { return ([pair], []) }
    var errors = [(predicted, predictions), (referenced, references)].filter { $0.0.paths.isEmpty }
      .map { EvaluationError.nothingFound(word: $0.1) }
    guard errors.isEmpty else { return ([], errors) }
    let joined = SubjectPairing(predicted.paths, referenced.paths)
    errors += joined.repetitions.map {
      .sameSubject(first: $0.kept, second: $0.repeated, subject: $0.subject.description)
    }
    errors += joined.firstAlone.map {
      .noReference(prediction: $0, subject: ScanName(path: $0).subject.description, references: references)
    }
    errors += joined.secondAlone.map {
      .noPrediction(reference: $0, subject: ScanName(path: $0).subject.description, predictions: predictions)
    }
    return (
      joined.pairs.map { EvaluationPair(subject: $0.subject, prediction: $0.first, reference: $0.second) },
      errors
    )
  }

  /// Reads pairs from a table with the columns `prediction` and `reference`, for files that cannot be paired by their
  /// names. The subjects are those of the column `subject`, or else of the predictions' names.
  /// - Throws: `PathTable.Failure`, also if two pairs have the same subject.
  public static func pairs(table path: String) throws(PathTable.Failure) -> [EvaluationPair] {
    let table = try PathTable(contentsOf: path, columns: ["prediction", "reference"])
    let (predictions, references) = (table.files("prediction"), table.files("reference"))
    let subjects = (table.cells("subject") ?? predictions).map { ScanName(path: $0).subject }
    var rows: [Subject: Int] = [:]
    for (row, subject) in subjects.enumerated() {
      if let first = rows.updateValue(row, forKey: subject) {
        throw .repeated(
          path: path, line: PathTable.line(ofRow: row), first: PathTable.line(ofRow: first),
          subject: subject.description)
      }
    }
    return subjects.indices.map {
      EvaluationPair(subject: subjects[$0], prediction: predictions[$0], reference: references[$0])
    }
  }

  private static func onlyPair(_ predicted: ImageFiles.Source, _ referenced: ImageFiles.Source)
    -> EvaluationPair?
  {
    guard predicted.paths.count == 1, referenced.paths.count == 1, predicted.isFile || referenced.isFile
    else { return nil }
    let (prediction, reference) = (predicted.paths[0], referenced.paths[0])
    let (mine, theirs) = (ScanName(path: prediction).subject, ScanName(path: reference).subject)
    guard !mine.isBIDS || !theirs.isBIDS || mine == theirs else { return nil }
    return EvaluationPair(
      subject: mine.isBIDS || !theirs.isBIDS ? mine : theirs, prediction: prediction, reference: reference)
  }
}
