import Imaging

/// An endless numbered sequence of training batches, each a pure function of the seed and its number.
public struct PatchSource: Sendable {
  public let images: [LabeledImage]
  public let sampler: PatchSampler
  public let augmentation: Augmentation
  /// Patches per batch.
  public let batchSize: Int
  public let seed: UInt64

  /// At least one image is needed.
  public init(
    images: [LabeledImage], sampler: PatchSampler, augmentation: Augmentation, batchSize: Int, seed: UInt64
  ) {
    precondition(!images.isEmpty, "patches are cut from at least one image")
    precondition(batchSize > 0, "a batch has at least one patch")
    self.images = images
    self.sampler = sampler
    self.augmentation = augmentation
    self.batchSize = batchSize
    self.seed = seed
  }

  /// Batch `index`: patches `index * batchSize` and following.
  public func batch(at index: Int) -> PatchBatch {
    PatchBatch(index: index, (0..<batchSize).map { patch(at: index * batchSize + $0) })
  }

  /// Patch `index` of the sequence.
  public func patch(at index: Int) -> Patch {
    let source = images[imageNumber(at: index)]
    var generator = SeededGenerator(seed: seed, stream: UInt64(index))
    let centre = sampler.centre(in: source, using: &generator)
    return augmentation(source, centre: centre, size: sampler.size, using: &generator)
  }

  /// The image that patch `index` is cut from: each round through the images visits all of them, in an
  /// order of its own, so that none is neglected by chance in a short training.
  public func imageNumber(at index: Int) -> Int {
    let (round, position) = index.quotientAndRemainder(dividingBy: images.count)
    // The complement of the seed keeps these streams apart from those of the patches.
    var generator = SeededGenerator(seed: ~seed, stream: UInt64(round))
    return Array(images.indices).shuffled(using: &generator)[position]
  }
}
