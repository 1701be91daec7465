import CModels
import Foundation
import NeuralNetwork

/// The models that are inside the program.
public enum BuiltInModel: String, Hashable, CaseIterable, Sendable {
  case accurate
  /// The same design with half as many channels.
  case fast
  /// Of a coarser grid: tells the parts of the gray matter apart.
  case parts

  /// What scans are segmented with where no model is named.
  public static let standard = accurate

  /// - Throws: `ModelError`, which would be a fault of the program's build.
  public func model() throws(ModelError) -> SegmentationModel {
    try SegmentationModel(SafeTensors(file, path: rawValue), path: rawValue)
  }

  /// The bytes of the model file that is inside the program.
  package var file: Data {
    var count = 0
    let bytes =
      switch self {
      case .accurate: grisea_model_accurate(&count)
      case .fast: grisea_model_fast(&count)
      case .parts: grisea_model_parts(&count)
      }
    return Data(bytes: bytes, count: count)
  }
}

extension SegmentationModel {
  /// The built-in model of that name, or the model of that file.
  ///
  /// A file in the current folder whose name is a built-in model's is meant by `./fast`.
  /// - Throws: `ModelError` where the file is not a whole model of this format.
  public init(nameOrPath: String) throws(ModelError) {
    if let model = BuiltInModel(rawValue: nameOrPath) {
      self = try model.model()
    } else {
      try self.init(contentsOf: nameOrPath)
    }
  }
}
