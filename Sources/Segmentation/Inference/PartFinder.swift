import Imaging
import NeuralNetwork

/// Tells the parts of the gray matter apart that a model has found.
///
/// A network of its own, on a coarse grid, says where in the brain a voxel lies, and a finer one whether it is gray
/// matter: the tissues stay as they are.
public final class PartFinder {
  private let segmenter: Segmenter

  /// - Throws: `ModelError`, `EngineError`.
  public init(precision: Precision = .fastest, threads: Int? = nil) throws {
    segmenter = try Segmenter(BuiltInModel.parts.model(), .init(precision: precision), threads: threads)
  }

  /// What the process holds at most while a scan on this grid is segmented by a plan, and its parts are found. Beside
  /// what a scan takes here are then the other network, and labels and three probabilities of each voxel.
  /// - Throws: `SegmenterError`, `EngineError`.
  public func peakByteCount(for grid: Grid, after plan: InferencePlan) throws -> Int {
    let dividing = try segmenter.plan(for: grid).peakByteCount + plan.networkByteCount + 14 * grid.count
    return max(plan.peakByteCount, dividing)
  }

  /// Sets the parts of a segmentation: each voxel of gray matter is of the most probable one.
  /// - Throws: as `Segmenter.segment`.
  public func divide(_ segmentation: inout Segmentation, of image: Volume) throws {
    let parts = segmenter.model.labels.compactMap(\.part)
    let probabilities = try segmenter.probabilities(onGridOf: image) { $0.part != nil }
    let places = LabelMap(mostProbable: probabilities).labels
    var labels = segmentation.labels
    for (index, label) in labels.labels.enumerated() where label == Tissue.grayMatter.rawValue {
      labels.labels[index] = parts[Int(places[index])].rawValue
    }
    segmentation.parts = labels
  }
}
