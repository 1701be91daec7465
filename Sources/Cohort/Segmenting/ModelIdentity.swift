import Foundation
import Imaging
import Provenance
import Segmentation

/// Which model made a result: its name, and the bytes of its file.
public struct ModelIdentity: Hashable, Sendable {
  /// Of the built-in model, or of the file without its folders.
  public let name: String
  public let hash: ContentHash

  public init(name: String, hash: ContentHash) {
    self.name = name
    self.hash = hash
  }

  /// The built-in model of that name, or the model of that file.
  public init(nameOrPath: String) throws(UnreadableFile) {
    if let model = BuiltInModel(rawValue: nameOrPath) {
      self.init(name: nameOrPath, hash: ContentHash(of: model.file))
    } else {
      self.init(
        name: nameOrPath.lastComponent, hash: try ContentHash(ofFile: nameOrPath))
    }
  }
}
