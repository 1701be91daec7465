import Foundation
import Imaging

/// Why a prediction cannot be scored or a result cannot be written. Paths are as the user typed them.
public enum EvaluationError: Error, Hashable, Sendable {
  /// The numbers of voxels along i, j, k differ.
  case shapesDiffer(prediction: SIMD3<Int>, reference: SIMD3<Int>)
  /// The affines differ. `distance` is the greatest distance in mm between the positions of one voxel, over the grid's
  /// corners.
  case affinesDiffer(distance: Double)
  /// A folder or pattern has no NIfTI file.
  case nothingFound(word: String)
  /// No reference has the prediction's subject.
  case noReference(prediction: String, subject: String, references: String)
  /// No prediction has the reference's subject.
  case noPrediction(reference: String, subject: String, predictions: String)
  /// Two predictions, or two references, have the same subject.
  case sameSubject(first: String, second: String, subject: String)
  /// The name of a probability map has no tissue label.
  case noTissue(path: String)
  /// No probability map has the subject.
  case noProbabilities(subject: String, word: String)
  /// A voxel of a probability map is outside 0 to 1.
  case notAProbability(path: String, value: Float)
  /// The TSV's path ends in `.json`, so the JSON file would replace it.
  case jsonOverTSV(String)
  /// A picture cannot be encoded.
  case pictureNotEncoded(reason: String)
  /// The scores cannot be encoded as JSON.
  case notEncoded(reason: String)

  /// Checks that two grids match.
  /// - Throws: `.shapesDiffer`, `.affinesDiffer`.
  package static func checkGrids(_ prediction: Grid, _ reference: Grid) throws(EvaluationError) {
    guard !prediction.matches(reference) else { return }
    guard prediction.shape == reference.shape else {
      throw .shapesDiffer(prediction: prediction.shape, reference: reference.shape)
    }
    throw .affinesDiffer(distance: prediction.greatestDistance(to: reference))
  }
}

extension Grid {
  /// World positions in mm of the centers of the eight corner voxels.
  package var corners: [SIMD3<Double>] {
    let last = SIMD3<Double>(shape &- 1)
    return (0..<8).map { corner in
      let ends = SIMD3<Double>(Double(corner & 1), Double(corner >> 1 & 1), Double(corner >> 2))
      return affine(ends * last)
    }
  }

  /// Returns the greatest distance in mm between corresponding corners of two grids of one shape. The distance between
  /// two affine maps is convex over the grid, so no other voxel is farther apart.
  fileprivate func greatestDistance(to other: Grid) -> Double {
    zip(corners, other.corners).map { (($0 - $1) * ($0 - $1)).sum().squareRoot() }.max() ?? 0
  }
}

extension EvaluationError: CustomStringConvertible {
  /// The error as one sentence.
  public var description: String {
    switch self {
    case .shapesDiffer(let prediction, let reference):
      "the prediction has \(Self.text(prediction)) voxels, the reference \(Self.text(reference)); "
        + "resample one of them onto the grid of the other first"
    case .affinesDiffer(let distance):
      "prediction and reference have the same shape but different affines: the positions of a voxel differ by up to "
        + String(format: "%.3g mm", distance) + "; resample one of them onto the grid of the other first"
    case .nothingFound(let word):
      "\(word): found no NIfTI file; needed a file, a folder with NIfTI files, or a pattern that matches some"
    case .noReference(let prediction, let subject, let references):
      "\(prediction): found no reference of \(subject) in \(references)"
    case .noPrediction(let reference, let subject, let predictions):
      "\(reference): found no prediction of \(subject) in \(predictions)"
    case .sameSubject(let first, let second, let subject):
      "\(second): second file of \(subject), after \(first); give only one of them"
    case .noTissue(let path):
      "\(path): found no tissue in the file name, needed label-GM, label-WM or label-CSF, as in "
        + "sub-01_label-GM_probseg.nii.gz"
    case .noProbabilities(let subject, let word):
      "found no probability map of \(subject) in \(word)"
    case .notAProbability(let path, let value):
      "\(path): found the value \(value), needed probabilities from 0 to 1"
    case .jsonOverTSV(let path):
      "\(path): the JSON file would replace the TSV file; give the output a name that ends in .tsv"
    case .pictureNotEncoded(let reason):
      "the picture cannot be encoded: \(reason)"
    case .notEncoded(let reason):
      "the scores cannot be encoded as JSON: \(reason)"
    }
  }

  private static func text(_ shape: SIMD3<Int>) -> String { "\(shape.x)×\(shape.y)×\(shape.z)" }
}
