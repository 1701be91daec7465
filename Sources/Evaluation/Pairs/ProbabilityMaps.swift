import Files
import Foundation
import Imaging

/// The probability maps of each subject, one for each tissue, found by names such as `sub-01_label-GM_probseg.nii.gz`.
public struct ProbabilityMaps: Sendable {
  /// The file, folder or pattern, as typed.
  public let word: String
  private let paths: [Subject: [Tissue: String]]

  /// How far values may lie outside 0 to 1. Integers with a scale factor, and interpolated values, are not exact.
  public static let tolerance: Float = 0.01

  /// Finds the maps of a file, a folder or a pattern (`ImageFiles.find`). Files whose names have no tissue
  /// are skipped.
  ///
  /// - Throws: `EvaluationError.noTissue` if no file name has a tissue; `.nothingFound` if there is no file;
  ///   `.sameSubject` if a subject has two maps of one tissue.
  public init(_ word: String) throws(EvaluationError) {
    self.word = word
    let files = ImageFiles.find(word, .probabilityMaps).paths
    guard let any = files.first else { throw .nothingFound(word: word) }
    var paths: [Subject: [Tissue: String]] = [:]
    for path in files {
      guard let tissue = Self.tissue(of: path) else { continue }
      let subject = ScanName(path: path).subject
      if let first = paths[subject]?[tissue] {
        throw .sameSubject(first: first, second: path, subject: "\(subject) and \(tissue.name)")
      }
      paths[subject, default: [:]][tissue] = path
    }
    guard !paths.isEmpty else { throw .noTissue(path: any) }
    self.paths = paths
  }

  /// Reads the map of one tissue of one subject. Returns `nil` if the subject has maps of other tissues only.
  ///
  /// - Throws: `EvaluationError.noProbabilities`, `.notAProbability`; `NIfTIError` if the file cannot be read.
  func map(of tissue: Tissue, _ subject: Subject) throws -> Volume? {
    guard let maps = paths[subject] else {
      throw EvaluationError.noProbabilities(subject: subject.description, word: word)
    }
    guard let path = maps[tissue] else { return nil }
    let volume = try NIfTIImage(contentsOf: path).volume
    let range = -Self.tolerance...1 + Self.tolerance
    if let value = volume.voxels.first(where: { !range.contains($0) }) {
      throw EvaluationError.notAProbability(path: path, value: value)
    }
    return volume
  }

  /// Returns the tissue of the `label` entity of a file name.
  private static func tissue(of path: String) -> Tissue? {
    let parts = path.lastComponent.split(separator: "_")
    guard let label = parts.first(where: { $0.hasPrefix("label-") }) else { return nil }
    return Tissue(name: String(label.dropFirst("label-".count)))
  }
}
