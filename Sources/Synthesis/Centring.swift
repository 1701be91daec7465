/// Patches around the middle of the labelled tissue, as the windows lie in which a model sees a whole brain.
public struct Centring: Hashable, Codable, Sendable {
  /// Of the patches. The others keep a network from relying on the brain's place before it is found.
  public var share = Synthesis.brainCentredShare
  /// Up to this far from the middle along each axis, in mm.
  public var offset = Synthesis().centreOffset

  public init() {}
}
