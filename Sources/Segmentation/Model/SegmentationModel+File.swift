import Files
import Foundation
import Imaging
import NeuralNetwork

/// The file format: a `.safetensors` file whose tensors are the weights by name and whose metadata are JSON.
extension SegmentationModel {
  enum Key {
    static let format = "grisea.format"
    static let graph = "grisea.graph"
    static let preprocessing = "grisea.preprocessing"
    static let labels = "grisea.labels"
    static let patchSize = "grisea.patch_size"
    static let fieldOfView = "grisea.field_of_view"
    static let provenance = "grisea.provenance"
  }

  /// Reads a model, or the current model of a checkpoint, with averaged weights if the training averages them.
  /// - Throws: `ModelError` if the file is not a complete model of this format.
  public init(contentsOf path: String) throws(ModelError) {
    let file = try SafeTensors(contentsOf: path)
    if file.metadata[Checkpoint.stateKey] != nil {
      self = try Checkpoint(file, path: path).result
    } else {
      try self.init(file, path: path)
    }
  }

  init(_ file: SafeTensors, path: String) throws(ModelError) {
    guard let format = file.metadata[Key.format].flatMap(Int.init), format > 0 else {
      throw .badMetadata(path: path, key: Key.format)
    }
    guard format <= Self.format else { throw .newerFormat(path: path, found: format, supported: Self.format) }
    func decode<Value: Decodable>(_ key: String) throws(ModelError) -> Value {
      do {
        return try JSONDecoder().decode(Value.self, from: Data((file.metadata[key] ?? "").utf8))
      } catch {
        throw .badMetadata(path: path, key: key)
      }
    }
    let graph: Graph = try decode(Key.graph)
    guard graph.inputs.count == 1, graph.nodes[graph.inputs[0]].shape.channels == 1 else {
      throw .badMetadata(path: path, key: Key.graph)
    }
    // A checkpoint is a model file with additional tensors of the optimizer.
    let tensors = file.tensors.filter { !$0.key.hasPrefix(Checkpoint.prefix) }
    let parameters: Parameters
    do {
      parameters = try Parameters(for: graph, tensors: tensors)
    } catch {
      throw .badParameters(path: path, reason: error.description)
    }
    self.init(
      graph: graph, parameters: parameters, preprocessing: try decode(Key.preprocessing),
      labels: try decode(Key.labels), patchSize: try decode(Key.patchSize),
      // Files of older versions have no field of view.
      fieldOfView: file.metadata[Key.fieldOfView] == nil ? .tiles : try decode(Key.fieldOfView),
      provenance: try decode(Key.provenance))
    try check(path)
  }

  /// Checks the assumptions of inference: one channel per label, background first, and an output as large as the patch, or half as
  /// large along each axis.
  private func check(_ path: String) throws(ModelError) {
    guard labels.count == graph.nodes[graph.output].shape.channels, labels[0].tissue == .background else {
      throw .badMetadata(path: path, key: Key.labels)
    }
    let size = patchSize.reversedAxes
    let isCoarse = provenance.configuration.architecture.coarseOutput
    do {
      guard patchSize.min() > 0, patchSize.max() <= Self.longestSide,
        let output = try graph.shapes(forSize: size)[graph.output].size,
        output == size || (isCoarse && 2 &* output == size)
      else { throw ModelError.badMetadata(path: path, key: Key.patchSize) }
    } catch {
      throw .badMetadata(path: path, key: Key.patchSize)
    }
  }

  /// Greatest number of voxels along an axis; NIfTI-1 stores it in 15 bits.
  public static let longestSide = 32767

  /// Writes the model completely or not at all.
  /// - Throws: `ModelError.unwritable`.
  public func write(to path: String, as storage: SafeTensors.Storage = .float32) throws(ModelError) {
    try safeTensors(path: path).write(to: path, as: storage)
  }

  func safeTensors(path: String) throws(ModelError) -> SafeTensors {
    SafeTensors(tensors: parameters.tensors, metadata: try metadata(path: path))
  }

  /// Returns everything except the weights as JSON.
  /// - Parameter path: the model's file, for error messages.
  func metadata(path: String) throws(ModelError) -> [String: String] {
    func encode(_ value: some Encodable) throws(ModelError) -> String {
      do {
        return String(decoding: try JSONText.compact(value), as: UTF8.self)
      } catch {
        throw .unwritable(path: path, reason: "\(error)")
      }
    }
    return [
      Key.format: String(Self.format),
      Key.graph: try encode(graph),
      Key.preprocessing: try encode(preprocessing),
      Key.labels: try encode(labels),
      Key.patchSize: try encode(patchSize),
      Key.fieldOfView: try encode(fieldOfView),
      Key.provenance: try encode(provenance),
    ]
  }
}
