import Files
import Foundation
import Imaging

/// The probability maps of each subject, one for each tissue that their names tell: `…_label-GM_probseg.nii.gz`.
public struct ProbabilityMaps: Sendable {
  /// As typed.
  public let word: String
  private let paths: [Subject: [Tissue: String]]

  /// Values may lie this far outside of 0 to 1: integers with a slope, and interpolation, are not exact.
  public static let tolerance: Float = 0.01

  /// Maps behind a word: a file, a folder or a pattern (`ImageFiles.probabilityMaps`). Files of a folder or pattern
  /// without a tissue in their names are passed over.
  ///
  /// - Throws: `EvaluationError.noTissue` where no file has one; `.nothingFound`; `.sameSubject` for two maps of one
  ///   tissue of one subject.
  public init(_ word: String) throws(EvaluationError) {
    self.word = word
    let files = ImageFiles.probabilityMaps(word)
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

  /// The map of one tissue of one subject; `nil` where there are maps of other tissues alone.
  ///
  /// - Throws: `EvaluationError.noProbabilities`, `.notAProbability`; `NIfTIError` where the file cannot be read.
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

  /// What `label-…` in a name says.
  private static func tissue(of path: String) -> Tissue? {
    let parts = path.lastComponent.split(separator: "_")
    guard let label = parts.first(where: { $0.hasPrefix("label-") }) else { return nil }
    return Tissue(name: String(label.dropFirst("label-".count)))
  }
}
