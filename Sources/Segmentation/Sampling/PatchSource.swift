import Imaging
import Numerics
import Synthesis

/// An infinite sequence of training batches; each is a pure function of the seed and its number.
public struct PatchSource: Sendable {
  /// The labeled images.
  public let images: [LabeledImage]
  /// The label maps from which images are synthesized.
  public let heads: [HeadLabelMap]
  /// Synthesizes images from label maps; `nil` only if there are none.
  public let synthesizer: HeadSynthesizer?
  /// Draws the positions of patches.
  public let sampler: PatchSampler
  /// Augments the patches of images.
  public let augmentation: Augmentation
  /// The histogram standardization of patches; `nil` for none.
  public let contrast: HistogramStandardization?
  /// Number of patches per batch.
  public let batchSize: Int
  /// Seed of the sequence.
  public let seed: UInt64

  /// Creates a source with at least one image or label map.
  public init(
    images: [LabeledImage], heads: [HeadLabelMap] = [], synthesizer: HeadSynthesizer? = nil,
    sampler: PatchSampler, augmentation: Augmentation, contrast: HistogramStandardization? = nil,
    batchSize: Int,
    seed: UInt64
  ) {
    precondition(!images.isEmpty || !heads.isEmpty, "needed at least one image or label map")
    precondition(heads.isEmpty || synthesizer != nil, "label maps need a synthesizer")
    precondition(batchSize > 0, "a batch needs at least one patch")
    self.images = images
    self.heads = heads
    self.synthesizer = synthesizer
    self.sampler = sampler
    self.augmentation = augmentation
    self.contrast = contrast
    self.batchSize = batchSize
    self.seed = seed
  }

  /// Returns batch `index`: the patches from `index * batchSize`.
  public func batch(at index: Int) -> PatchBatch {
    PatchBatch(index: index, (0..<batchSize).map { patch(at: index * batchSize + $0) })
  }

  /// Returns patch `index` of the sequence.
  public func patch(at index: Int) -> Patch {
    var generator = SeededGenerator(seed: seed, stream: UInt64(index))
    var patch = ownPatch(at: index, using: &generator)
    contrast?.apply(to: &patch, using: &generator)
    return patch
  }

  /// Returns a patch before its histogram is standardized.
  private func ownPatch(at index: Int, using generator: inout SeededGenerator) -> Patch {
    if let synthesizer, !heads.isEmpty {
      // Nothing is drawn if there are no images, so that a seed still gives the same patches as in earlier versions.
      if images.isEmpty || generator.isHit(synthesizer.synthesis.share) {
        let head = heads[number(at: index, of: heads.count)]
        return synthesizer.patch(from: head, size: sampler.size, using: &generator)
      }
    }
    let source = images[imageNumber(at: index)]
    let centre = sampler.centre(in: source, using: &generator)
    return augmentation(source, centre: centre, size: sampler.size, using: &generator)
  }

  /// Returns the number of the image from which patch `index` is cut. Each round visits all images once, in its own
  /// order, so that even a short training uses every image.
  public func imageNumber(at index: Int) -> Int { number(at: index, of: images.count) }

  private func number(at index: Int, of count: Int) -> Int {
    let (round, position) = index.quotientAndRemainder(dividingBy: count)
    // The complement of the seed separates these streams from those of the patches.
    var generator = SeededGenerator(seed: ~seed, stream: UInt64(round))
    return Array(0..<count).shuffled(using: &generator)[position]
  }
}

/// A label map from which images are synthesized, and its label table.
public struct LabelMapSource: Hashable, Sendable {
  /// Path of the label map.
  public var path: String
  /// The label table.
  public var table: LabelTable

  /// Creates a source.
  public init(path: String, table: LabelTable) {
    self.path = path
    self.table = table
  }

  /// The subject's name, prefixed with the table's name because maps of several tables can have the same subject names.
  public var subject: String { "\(table.name):\(ScanName(path: path).stem)" }

  /// Returns the label maps that `TABLE:PATTERN` matches. `table` is used if the word has no table name and colon.
  /// - Throws: `LabelTableError`, `TrainingListError.nothingFound`.
  public static func matches(of word: String, table: String) throws -> [LabelMapSource] {
    let (name, pattern) = split(word, table: table)
    let table = try LabelTable(nameOrPath: name)
    let paths = ImageFiles.find(pattern, .labelMaps).paths
    if paths.isEmpty { throw TrainingListError.nothingFound(pattern) }
    return paths.map { LabelMapSource(path: $0, table: table) }
  }

  /// Returns the table's name and the pattern of `TABLE:PATTERN`.
  public static func split(_ word: String, table: String) -> (table: String, pattern: String) {
    let parts = word.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    return parts.count == 2 ? (parts[0], parts[1]) : (table, word)
  }
}
