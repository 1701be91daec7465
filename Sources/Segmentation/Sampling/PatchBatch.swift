import Synthesis

/// Patches that one training step sees together.
public struct PatchBatch: Sendable, Equatable {
  /// The batch's number: with the seed it determines the content.
  public var index: Int
  /// Number of patches, N.
  public var count: Int
  /// Voxels of each patch along i, j, k: W, H, D.
  public var size: SIMD3<Int>
  /// Intensities, [N, 1, D, H, W], last axis fastest.
  public var images: [Float]
  /// Labels, [N, D, H, W], last axis fastest.
  public var labels: [UInt8]

  /// Joins patches of one size; there is at least one.
  public init(index: Int, _ patches: [Patch]) {
    precondition(!patches.isEmpty, "a batch has at least one patch")
    precondition(patches.allSatisfy { $0.size == patches[0].size }, "the patches of a batch have one size")
    self.index = index
    count = patches.count
    size = patches[0].size
    images = patches.flatMap(\.image)
    labels = patches.flatMap(\.labels)
  }
}
