import Files
import Imaging
import NeuralNetwork

/// A trained network with everything needed to apply it: preprocessing, labels of its channels, window size, and
/// provenance.
public struct SegmentationModel: Hashable, Sendable {
  /// The network.
  public var graph: Graph
  /// The weights.
  public var parameters: Parameters
  /// The preprocessing of scans.
  public var preprocessing: Preprocessing
  /// The labels of the output channels, background first.
  public var labels: [OutputLabel]
  /// Voxels along i, j, k of the training patches.
  public var patchSize: SIMD3<Int>
  /// How much of a scan the network processes at once.
  public var fieldOfView: FieldOfView
  /// How the model was trained.
  public var provenance: TrainingProvenance

  /// Version of the file format, increased when older programs can no longer read new files.
  static let format = 1

  /// Creates a model.
  public init(
    graph: Graph, parameters: Parameters, preprocessing: Preprocessing,
    labels: [OutputLabel] = OutputLabel.tissues, patchSize: SIMD3<Int>, fieldOfView: FieldOfView = .tiles,
    provenance: TrainingProvenance
  ) {
    self.graph = graph
    self.parameters = parameters
    self.preprocessing = preprocessing
    self.labels = labels
    self.patchSize = patchSize
    self.fieldOfView = fieldOfView
    self.provenance = provenance
  }
}

extension SegmentationModel {
  /// Checks that the output is a probability of each tissue, in the order of the labels, as required by losses and
  /// labeled images.
  /// - Parameter path: the model's file, for error messages.
  /// - Throws: `ModelError.otherOutput`.
  public func checkTissueProbabilities(path: String) throws(ModelError) {
    guard labels.map(\.tissue) == Tissue.allCases else {
      throw .otherOutput(
        path: path, found: labels.map(\.tissue.name).joined(separator: ", "),
        needed: Tissue.allCases.map(\.name).joined(separator: ", "))
    }
    guard let last = graph.nodes.last, last.operation == .softmax else {
      throw .otherOutput(path: path, found: graph.nodes.last?.name ?? "nothing", needed: "softmax")
    }
  }
}

/// How much of a scan a model processes at once.
///
/// Normalization by the statistics of a window makes the output depend on the window's content: a network trained on
/// 64³ patches at 2 mm had a gray matter Dice of 0.89 on patches and 0.42 on whole heads. A model is therefore applied
/// to windows similar to those that it was trained on.
public enum FieldOfView: String, Hashable, Codable, Sendable {
  /// Overlapping windows of the patch size anywhere in the scan, aggregated.
  case tiles
  /// The whole scan, whatever its size; tiles if the memory is not sufficient.
  case whole
  /// One window of the patch size that contains the whole brain, which the network localizes itself.
  case brain
}
