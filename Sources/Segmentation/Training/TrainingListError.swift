import Files
import Imaging

/// Why files cannot be made a training's list.
public enum TrainingListError: Error, Hashable, Sendable {
  case nothingFound(String)
  case noLabel(image: String, labels: String)
  case noImage(label: String, images: String)
  case sameSubject(String, String, String)
  /// A table that is none of images and labels.
  case table(PathTable.Failure)
  case badSplit(path: String, line: Int, found: String)
  case unknownValidation(String, String)
  /// A table has a column `split`, and a validation was asked for beside it.
  case splitTwice(String)
  case nothingToTrainOn
}

extension TrainingListError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .nothingFound(let word): "\(word): no file found"
    case .noLabel(let image, let labels): "\(image): no label map of the same subject among \(labels)"
    case .noImage(let label, let images): "\(label): no image of the same subject among \(images)"
    case .sameSubject(let subject, let first, let second):
      "\(second): the same subject, \(subject), as \(first); use --pairs where subjects have several scans"
    case .table(let failure): "\(failure)"
    case .badSplit(let path, let line, let found):
      "\(path):\(line): split is `\(found)`, needed `train` or `validation`"
    case .unknownValidation(let subject, let pattern):
      "\(pattern): subject \(subject) is to validate, but is not among the images"
    case .splitTwice(let path):
      "\(path): its column split says who validates; leave out --validation, or the column"
    case .nothingToTrainOn: "all subjects validate, none is left to train on; lower --validation"
    }
  }
}
