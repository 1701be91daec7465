import Imaging
import NeuralNetwork

/// Divides the gray matter of a segmentation into cortical, subcortical and cerebellar parts.
///
/// A separate network on a coarse grid finds the part. The tissues are those of the segmentation, whose network has a
/// finer grid, and do not change.
public final class PartFinder {
  private let segmenter: Segmenter

  /// Loads the built-in network.
  /// - Throws: `ModelError`, `EngineError`.
  public init(precision: Precision = .fastest, threads: Int? = nil) throws {
    segmenter = try Segmenter(BuiltInModel.parts.model(), .init(precision: precision), threads: threads)
  }

  /// Returns the peak memory in bytes of segmenting a scan by a plan and then dividing its gray matter. The second step
  /// holds this network, and labels and three probabilities of each voxel. Without a plan, the labels exist already.
  /// - Throws: `SegmenterError`, `EngineError`.
  public func peakByteCount(for grid: Grid, after plan: InferencePlan?) throws -> Int {
    let dividing = try segmenter.plan(for: grid).peakByteCount + 14 * grid.count
    return max(plan?.peakByteCount ?? 0, dividing + (plan?.networkByteCount ?? 0))
  }

  /// Sets the parts of a segmentation: each gray matter voxel belongs to its most probable part.
  /// - Parameters:
  ///   - segmentation: the segmentation of `image`.
  ///   - image: the scan.
  /// - Throws: the errors of `Segmenter.segment`.
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
