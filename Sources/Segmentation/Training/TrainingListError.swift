/// Why files cannot be made a training's list.
public enum TrainingListError: Error, Hashable, Sendable {
  case nothingFound(String)
  case noLabel(image: String, labels: String)
  case noImage(label: String, images: String)
  case sameSubject(String, String, String)
  case unreadable(String)
  /// A table with a header alone.
  case noRows(String)
  case notText(String)
  case noColumn(path: String, needed: String, found: [String])
  case badRow(path: String, line: Int, cells: Int, needed: Int)
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
    case .unreadable(let path): "\(path): cannot be read"
    case .noRows(let path): "\(path): no row below the header; needed an image and its label"
    case .notText(let path): "\(path): not a text file; needed a table of tab-separated values"
    case .noColumn(let path, let needed, let found):
      "\(path): needed a column `\(needed)`, found \(found.isEmpty ? "none" : found.joined(separator: ", "))"
    case .badRow(let path, let line, let cells, let needed):
      "\(path):\(line): found \(cells) cells, needed \(needed)"
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
