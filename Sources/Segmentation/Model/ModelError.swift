/// Why a model or checkpoint cannot be used.
public enum ModelError: Error, Hashable, Sendable {
  case unreadable(path: String, reason: String)
  case unwritable(path: String, reason: String)
  /// A checkpoint stays beside the finished model.
  case unremovable(path: String, reason: String)
  /// Sizes in bytes.
  case truncated(path: String, needed: Int, found: Int)
  case notSafeTensors(path: String)
  case unknownType(path: String, tensor: String, type: String)
  /// The metadata lack an entry that models have, or it does not parse.
  case badMetadata(path: String, key: String)
  /// The tensors are not those of the graph, or an optimizer's not those of the model.
  case badParameters(path: String, reason: String)
  /// What the network ends in is not what it is needed for.
  case otherOutput(path: String, found: String, needed: String)
  /// Written by a later version.
  case newerFormat(path: String, found: Int)
  /// A checkpoint of a training with other settings or images.
  case otherTraining(path: String, differences: [String])
}
