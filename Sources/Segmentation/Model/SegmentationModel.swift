import Imaging
import NeuralNetwork

/// A trained network with all that is needed to use it rightly: how images are prepared for it, what its
/// channels mean, how large its tiles are, and where it comes from.
public struct SegmentationModel: Hashable, Sendable {
  /// What a channel of the output stands for.
  public struct OutputLabel: Hashable, Codable, Sendable {
    public var name: String
    public var tissue: Tissue
    /// Of gray matter that is told apart; `nil` where a channel stands for all of a tissue.
    public var part: GrayMatterPart?

    public init(name: String, tissue: Tissue, part: GrayMatterPart? = nil) {
      self.name = name
      self.tissue = tissue
      self.part = part
    }

    /// How voxels of it are labelled in files: as BIDS has it.
    public var value: UInt16 { part?.rawValue ?? tissue.rawValue }
  }

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

  /// Background, GM, WM, CSF.
  public static let tissueLabels = Tissue.allCases.map { OutputLabel(name: $0.name, tissue: $0) }

  /// Background, the parts of GM, WM, CSF.
  public static let partLabels = tissueLabels.flatMap { label in
    guard label.tissue == .grayMatter else { return [label] }
    return GrayMatterPart.allCases.map { OutputLabel(name: $0.name, tissue: .grayMatter, part: $0) }
  }

  /// - Parameter parts: whether the parts of the gray matter are told apart.
  public static func labels(parts: Bool) -> [OutputLabel] { parts ? partLabels : tissueLabels }

  public init(
    graph: Graph, parameters: Parameters, preprocessing: Preprocessing,
    labels: [OutputLabel] = tissueLabels, patchSize: SIMD3<Int>, fieldOfView: FieldOfView = .tiles,
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
