/// Why maps cannot be encoded into a latent space or decoded from it.
public enum LatentError: Error, Hashable, Sendable {
  /// No maps were given.
  case noMaps
  /// A map is on another grid than the others.
  case otherGrid(path: String, found: SIMD3<Int>, needed: SIMD3<Int>)
  /// A side of the maps is not a multiple of the network's total stride.
  case indivisible(shape: SIMD3<Int>, multiple: Int)
  /// The number of principal components is not less than the number of training maps.
  case tooFewMaps(found: Int, components: Int)
  /// The training maps are linearly dependent and have fewer principal components than were asked for.
  case tooFewComponents(found: Int, needed: Int)
  /// Two maps are of the same scan.
  case sameScan(String, first: String, second: String)
  /// Two rows would be written to the same file.
  case sameOutput(path: String, first: String, second: String)
  /// The loss is not a finite number.
  case diverged(step: Int)
  /// The file is not a model of a latent space.
  case notLatent(path: String)
  /// A row has another number of features than the model.
  case otherFeatures(path: String, found: Int, needed: Int)
  /// All voxels of an image are 0.
  case emptyImage(path: String)
  /// A classifier cannot decode features into maps.
  case noWayBack
  /// The model has no feature of this name.
  case noFeature(String, count: Int)
}

extension LatentError: CustomStringConvertible {
  /// The error as one sentence.
  public var description: String {
    switch self {
    case .noMaps: "found no maps, needed files written by `grisea register`"
    case .otherGrid(let path, let found, let needed):
      "\(path): found \(Self.text(found)) voxels or another affine; needed \(Self.text(needed)) voxels in one common "
        + "space, as written by `grisea register`"
    case .indivisible(let shape, let multiple):
      "the maps have \(Self.text(shape)) voxels, needed multiples of \(multiple) along each axis; use fewer --levels"
    case .tooFewMaps(let found, let components):
      "\(components) components need more than \(components) maps, found \(found); use a smaller --latent-size"
    case .tooFewComponents(let found, let needed):
      "the maps are linearly dependent and have only \(found) principal components, needed \(needed); use a smaller "
        + "--latent-size, or leave out maps that are equal"
    case .sameScan(let scan, let first, let second):
      "\(second): is a map of the same scan, \(scan), as \(first); needed one map of each scan, such "
        + "as those that the pattern '*_label-GM_*' matches"
    case .sameOutput(let path, let first, let second):
      first == second
        ? "several rows have the name \(first) and would be written to \(path); needed a different name for each row"
        : "\(first) and \(second) would both be written to \(path); needed names that differ in letters or numbers"
    case .diverged(let step): "the training diverged at step \(step); use a lower --learning-rate"
    case .notLatent(let path):
      "\(path): not a model of a latent space; needed one written by `grisea train-autoencoder`"
    case .otherFeatures(let path, let found, let needed):
      "\(path): found \(found) features in a row, needed \(needed) as in the model"
    case .emptyImage(let path): "\(path): found 0 in all voxels; needed a map of the gray matter"
    case .noFeature(let name, let count): "the model has no feature \(name); its features are z1 to z\(count)"
    case .noWayBack: "a classifier cannot make maps; needed a model written by `grisea train-autoencoder`"
    }
  }

  private static func text(_ shape: SIMD3<Int>) -> String { "\(shape.x)×\(shape.y)×\(shape.z)" }
}
