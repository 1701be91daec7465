import Files

/// An error for a model or checkpoint that cannot be used.
public enum ModelError: Error, Hashable, Sendable {
  /// There is neither a file nor a built-in model of this name.
  case unknownName(String, known: [String])
  /// The file cannot be read.
  case unreadable(path: String, reason: String)
  /// The file cannot be written.
  case unwritable(path: String, reason: String)
  /// The checkpoint of a finished model cannot be deleted.
  case unremovable(path: String, reason: String)
  /// The file is shorter than its header requires. Sizes are in bytes.
  case truncated(path: String, needed: Int, found: Int)
  /// The file has not the format safetensors.
  case notSafeTensors(path: String)
  /// A tensor has an unknown type.
  case unknownType(path: String, tensor: String, type: String)
  /// The metadata lack a needed entry, or an entry cannot be parsed.
  case badMetadata(path: String, key: String)
  /// The tensors do not match the graph, or those of an optimizer do not match the model.
  case badParameters(path: String, reason: String)
  /// The output of the network is not the needed one.
  case otherOutput(path: String, found: String, needed: String)
  /// The file was written by a later version.
  case newerFormat(path: String, found: Int, supported: Int)
  /// The checkpoint belongs to a training with other settings or images.
  case otherTraining(path: String, differences: [String])
}

extension ModelError: CustomStringConvertible {
  /// A sentence for the user: the file, what was found, what is needed and what to do.
  public var description: String {
    switch self {
    case .unknownName(let name, let known):
      "\(name): neither a file nor a built-in model; the built-in models are \(known.joined(separator: " and "))"
    case .unreadable(let path, let reason): "\(path): cannot be read: \(reason)"
    case .unwritable(let path, let reason): "\(path): cannot be written: \(reason)"
    case .unremovable(let path, let reason):
      "\(path): the model is written, but its checkpoint cannot be deleted: \(reason)"
    case .truncated(let path, let needed, let found):
      "\(path): truncated: the header specifies \(needed) bytes, the file holds \(found)"
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
