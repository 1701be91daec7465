import Imaging

extension HeadSynthesizer {
  /// A whole synthetic image and its truth, on the label map's grid: a pure function of the seed, the name and
  /// the number, so that it does not matter which others are made beside it.
  public func example(
    _ number: Int, of labels: HeadLabels, named name: String, seed: UInt64
  ) -> LabeledImage {
    // FNV-1a of the name's UTF-8: Swift's own hash differs from run to run.
    let hash = name.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    var generator = SeededGenerator(seed: seed ^ hash, stream: UInt64(number))
    let head = head(from: labels, using: &generator)
    let patch = head.patch(Window(start: .zero, shape: labels.grid.shape))
    return LabeledImage(
      image: Volume(grid: labels.grid, voxels: patch.image),
      labels: LabelMap(grid: labels.grid, labels: patch.labels.map(UInt16.init)))
  }
}
