import Files

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
  case newerFormat(path: String, found: Int, supported: Int)
  /// A checkpoint of a training with other settings or images.
  case otherTraining(path: String, differences: [String])
}

extension ModelError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreadable(let path, let reason): "\(path): cannot be read: \(reason)"
    case .unwritable(let path, let reason): "\(path): cannot be written: \(reason)"
    case .unremovable(let path, let reason):
      "\(path): the model is written, but its checkpoint cannot be deleted: \(reason)"
    case .truncated(let path, let needed, let found):
      "\(path): truncated: the header promises \(needed) bytes, the file holds \(found)"
    case .notSafeTensors(let path):
      "\(path): not a model: needed a safetensors file as `grisea train` writes it"
    case .unknownType(let path, let tensor, let type):
      "\(path): tensor \(tensor) has the type \(type), needed F32 or BF16"
    case .badMetadata(let path, let key):
      "\(path): not a grisea model: its metadata lack a valid `\(key)`"
    case .badParameters(let path, let reason): "\(path): the weights do not fit the graph: \(reason)"
    case .otherOutput(let path, let found, let needed):
      "\(path): the network's output is \(found); needed \(needed)"
    case .newerFormat(let path, let found, let supported):
      "\(path): model format \(found), this version reads \(supported); use a newer grisea"
    case .otherTraining(let path, let differences):
      "\(path): a checkpoint of another training (\(differences.joined(separator: ", ")) differ); "
        + "delete it or train to another --output"
    }
  }
}
