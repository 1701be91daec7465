import Imaging
import Numerics

extension HeadSynthesizer {
  /// A whole synthetic image and its truth, on the label map's grid: a pure function of the seed, the name and
  /// the number, so that it does not matter which others are made beside it.
  public func example(
    _ number: Int, of labels: HeadLabels, named name: String, seed: UInt64
  ) -> LabeledImage {
    let hash = Fingerprint(of: name.utf8)
    var generator = SeededGenerator(seed: seed ^ hash.value, stream: UInt64(number))
    let head = head(from: labels, using: &generator)
    let patch = head.patch(Window(start: .zero, shape: labels.grid.shape))
    return LabeledImage(
      image: Volume(grid: labels.grid, voxels: patch.image),
      labels: LabelMap(grid: labels.grid, labels: patch.labels.map(UInt16.init)))
  }
}
