import Files
import Foundation
import Imaging
import NeuralNetwork

/// Export of a model's network for other runtimes.
extension SegmentationModel {
  /// Writes the network and its weights as ONNX, completely or not at all.
  ///
  /// The input is `image` [N, 1, D, H, W], the output `probabilities` [N, labels, D, H, W]: D along the third voxel
  /// axis of the preprocessed scan (k, z), H along the second (j, y), W along the first (i, x). Preprocessing and the
  /// sliding window are not part of the graph; the file's metadata describe both, as in the model file.
  /// - Parameter version: the version of grisea.
  /// - Throws: `ModelError.unwritable`.
  public func writeONNX(to path: String, version: String) throws(ModelError) {
    let bytes: [UInt8]
    do {
      bytes = try onnx(version: version, path: path).bytes()
    } catch let error as ONNXError {
      throw .unwritable(path: path, reason: error.description)
    } catch let error as ModelError {
      throw error
    } catch {
      throw .unwritable(path: path, reason: "\(error)")
    }
    do {
      try AtomicFile.write([bytes], to: path)
    } catch {
      throw .unwritable(path: path, reason: error.reason)
    }
  }

  private func onnx(version: String, path: String) throws(ModelError) -> ONNXModel {
    var model = ONNXModel(graph, parameters: parameters, name: "segmentation", outputName: "probabilities")
    model.producerVersion = version
    model.metadata = try metadata(path: path)
    // The graph is the ONNX file itself.
    model.metadata[Key.graph] = nil
    let stride = graph.deepestStride
    model.metadata["grisea.version"] = version
    model.metadata["grisea.size_multiple"] = "[\(stride.x),\(stride.y),\(stride.z)]"
    let axes =
      "D along z, H along y, W along x of a scan in \(preprocessing.conforming.orientation) orientation"
    model.metadata["grisea.axes"] = "[N, C, D, H, W]: \(axes)"
    model.inputExplanation = "prepared scan [N, 1, D, H, W]: \(axes)"
    let names = labels.map(\.name).joined(separator: ", ")
    model.outputExplanation = "probabilities [N, C, D, H, W], C of \(names)"
    return model
  }
}
