import CModels
import Foundation
import NeuralNetwork

/// The models included in the program.
public enum BuiltInModel: String, Hashable, CaseIterable, Sendable {
  /// The standard model.
  case accurate
  /// The architecture of `accurate` with half as many channels.
  case fast
  /// A small model on a coarse grid that locates the brain for the others.
  case locator
  /// A model that segments the structures of the brain.
  case structures

  /// The models that a user can choose for the tissues.
  static let tissueModels = [accurate, fast]

  /// The model used if none is named.
  public static let standard = accurate

  /// Reads the model.
  /// - Throws: `ModelError` if the program was built incorrectly.
  public func model() throws(ModelError) -> SegmentationModel {
    try SegmentationModel(SafeTensors(file, path: rawValue), path: rawValue)
  }

  /// The bytes of the model file.
  package var file: Data {
    var count = 0
    let bytes =
      switch self {
      case .accurate: grisea_model_accurate(&count)
      case .fast: grisea_model_fast(&count)
      case .locator: grisea_model_locator(&count)
      case .structures: grisea_model_structures(&count)
      }
    return Data(bytes: bytes, count: count)
  }
}

extension SegmentationModel {
  /// Reads the built-in model of a name, or the model of a file.
  ///
  /// A file in the current folder with the name of a built-in model is given as `./fast`.
  /// - Throws: `ModelError` if the file is not a complete model of this format.
  public init(nameOrPath: String) throws(ModelError) {
    if let model = BuiltInModel(rawValue: nameOrPath) {
      self = try model.model()
      return
    }
    guard FileManager.default.fileExists(atPath: nameOrPath) || nameOrPath.contains(/[\/.]/) else {
      throw .unknownName(nameOrPath, known: BuiltInModel.tissueModels.map(\.rawValue))
    }
    try self.init(contentsOf: nameOrPath)
  }
}
