import Files
import Foundation
import Imaging
import Segmentation

/// Which model made a result: its name, and the bytes of its file.
struct ModelIdentity: Hashable, Sendable {
  /// Of the built-in model, or of the file without its folders.
  let name: String
  let hash: ContentHash

  init(name: String, hash: ContentHash) {
    self.name = name
    self.hash = hash
  }

  /// The built-in model of that name, or the model of that file.
  init(nameOrPath: String) throws(UnreadableFile) {
    if let model = BuiltInModel(rawValue: nameOrPath) {
      self.init(name: nameOrPath, hash: ContentHash(of: model.file))
    } else {
      self.init(
        name: nameOrPath.lastComponent, hash: try ContentHash(ofFile: nameOrPath))
    }
  }
}
