import Foundation

extension EvaluationError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .shapesDiffer(let prediction, let reference):
      "the prediction has \(Self.text(prediction)) voxels, the reference \(Self.text(reference)); "
        + "bring both onto one grid first"
    case .affinesDiffer(let distance):
      "prediction and reference have one shape but different affines: the same voxel lies up to "
        + String(format: "%.3g mm", distance) + " apart; bring both onto one grid first"
    case .nothingFound(let word):
      "\(word): no NIfTI file found; needed is a file, a folder that holds some, or a pattern that matches some"
    case .noReference(let prediction, let subject, let references):
      "\(prediction): no reference of \(subject) in \(references)"
    case .noPrediction(let reference, let subject, let predictions):
      "\(reference): no prediction of \(subject) in \(predictions)"
    case .sameSubject(let first, let second, let subject):
      "\(second): a second file of \(subject), beside \(first); name one of them"
    case .noTissue(let path):
      "\(path): its name says no tissue; needed is label-GM, label-WM or label-CSF, as in "
        + "sub-01_label-GM_probseg.nii.gz"
    case .noProbabilities(let subject, let word):
      "no probability map of \(subject) in \(word)"
    case .notAProbability(let path, let value):
      "\(path): found the value \(value), needed probabilities from 0 to 1"
    case .jsonOverTSV(let path):
      "\(path): the JSON would overwrite the TSV; give the output a name that ends in .tsv"
    case .pictureNotEncoded(let reason):
      "the picture cannot be made: \(reason)"
    case .notEncoded(let reason):
      "the scores cannot be written as JSON: \(reason)"
    }
  }

  private static func text(_ shape: SIMD3<Int>) -> String { "\(shape.x)×\(shape.y)×\(shape.z)" }
}
