import Imaging
import Numerics
import Synthesis

/// An endless numbered sequence of training batches, each a pure function of the seed and its number.
public struct PatchSource: Sendable {
  public let images: [LabeledImage]
  /// Label maps that images are synthesized from.
  public let heads: [HeadLabels]
  /// How they are; needed where there are any.
  public let synthesizer: HeadSynthesizer?
  public let sampler: PatchSampler
  public let augmentation: Augmentation
  /// What patches' contrast is brought to.
  public let contrast: StandardContrast?
  /// Patches per batch.
  public let batchSize: Int
  public let seed: UInt64

  /// At least one image or label map is needed.
  public init(
    images: [LabeledImage], heads: [HeadLabels] = [], synthesizer: HeadSynthesizer? = nil,
    sampler: PatchSampler, augmentation: Augmentation, contrast: StandardContrast? = nil, batchSize: Int,
    seed: UInt64
  ) {
    precondition(!images.isEmpty || !heads.isEmpty, "patches are cut from at least one image or label map")
    precondition(heads.isEmpty || synthesizer != nil, "label maps need a synthesizer")
    precondition(batchSize > 0, "a batch has at least one patch")
    self.images = images
    self.heads = heads
    self.synthesizer = synthesizer
    self.sampler = sampler
    self.augmentation = augmentation
    self.contrast = contrast
    self.batchSize = batchSize
    self.seed = seed
  }

  /// Batch `index`: patches `index * batchSize` and following.
  public func batch(at index: Int) -> PatchBatch {
    PatchBatch(index: index, (0..<batchSize).map { patch(at: index * batchSize + $0) })
  }

  /// Patch `index` of the sequence.
  public func patch(at index: Int) -> Patch {
    var generator = SeededGenerator(seed: seed, stream: UInt64(index))
    var patch = ownPatch(at: index, using: &generator)
    contrast?.apply(to: &patch, using: &generator)
    return patch
  }

  /// The patch in the contrast that it was drawn or scanned in.
  private func ownPatch(at index: Int, using generator: inout SeededGenerator) -> Patch {
    if let synthesizer, !heads.isEmpty {
      // Drawn where there is a choice alone: images by themselves give the patches that they gave before.
      if images.isEmpty || generator.isHit(synthesizer.synthesis.share) {
        let head = heads[number(at: index, of: heads.count)]
        return synthesizer.patch(from: head, size: sampler.size, using: &generator)
      }
    }
    let source = images[imageNumber(at: index)]
    let centre = sampler.centre(in: source, using: &generator)
    return augmentation(source, centre: centre, size: sampler.size, using: &generator)
  }

  /// The image that patch `index` is cut from: each round through the images visits all of them, in an
  /// order of its own, so that none is neglected by chance in a short training.
  public func imageNumber(at index: Int) -> Int { number(at: index, of: images.count) }

  private func number(at index: Int, of count: Int) -> Int {
    let (round, position) = index.quotientAndRemainder(dividingBy: count)
    // The complement of the seed keeps these streams apart from those of the patches.
    var generator = SeededGenerator(seed: ~seed, stream: UInt64(round))
    return Array(0..<count).shuffled(using: &generator)[position]
  }
}
