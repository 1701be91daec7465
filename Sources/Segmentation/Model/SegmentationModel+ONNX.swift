import Files
import Foundation
import Imaging
import NeuralNetwork

/// The network of a model for other runtimes.
extension SegmentationModel {
  /// Writes the network and its weights as ONNX, whole or not at all.
  ///
  /// Input `image` [N, 1, D, H, W] and output `probabilities` [N, labels, D, H, W]: D along the third voxel axis
  /// of the prepared scan (k, z), H along the second (j, y), W along the first (i, x). Preparing the scan and
  /// tiling it are not in the file; how both are to be done is in its metadata, as in the model's.
  /// - Parameter version: of the program that writes it.
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
    // The graph is the file itself.
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
