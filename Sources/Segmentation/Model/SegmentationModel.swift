import Imaging
import NeuralNetwork

/// A trained network with all that is needed to use it rightly: how images are prepared for it, what its
/// channels mean, how large its tiles are, and where it comes from.
public struct SegmentationModel: Hashable, Sendable {
  public var graph: Graph
  public var parameters: Parameters
  public var preprocessing: Preprocessing
  /// One for each channel of the output, background first.
  public var labels: [OutputLabel]
  /// Voxels along i, j, k of the patches that it was trained on.
  public var patchSize: SIMD3<Int>
  public var fieldOfView: FieldOfView
  public var provenance: TrainingProvenance

  /// Of the metadata; raised when older programs could no longer read what is written.
  static let format = 1

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
