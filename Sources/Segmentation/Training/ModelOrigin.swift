import Numerics

/// The model that a training began with, in short.
public struct ModelOrigin: Hashable, Codable, Sendable {
  /// Name and version of what trained it.
  public var program: String
  /// Steps of its training.
  public var steps: Int
  /// Fingerprint of its weights, sixteen hexadecimal digits: FNV-1a of the float32 in their slots' order, little
  /// endian.
  public var weights: String

  public init(_ model: SegmentationModel) {
    program = model.provenance.program
    steps = model.provenance.steps
    weights = Fingerprint(of: model.parameters.values).hex
  }
}
