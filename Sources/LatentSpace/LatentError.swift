/// Why maps cannot be brought into a latent space, or back from it.
public enum LatentError: Error, Hashable, Sendable {
  case noMaps
  case otherGrid(path: String, found: SIMD3<Int>, needed: SIMD3<Int>)
  /// A side that the network's levels do not divide.
  case indivisible(shape: SIMD3<Int>, multiple: Int)
  /// As many principal components as scans to learn from, or more.
  case tooFewMaps(found: Int, components: Int)
  case diverged(step: Int)
  case notLatent(path: String)
  case otherFeatures(path: String, found: Int, needed: Int)
  case emptyImage(path: String)
  /// Maps of a classifier's probabilities.
  case noWayBack
  case noFeature(String, count: Int)
}

extension LatentError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noMaps: "no maps found: needed files that `grisea register` has written"
    case .otherGrid(let path, let found, let needed):
      "\(path): \(Self.text(found)) voxels or another place in the world; needed \(Self.text(needed)) of one common "
        + "space, as `grisea register` writes them"
    case .indivisible(let shape, let multiple):
      "maps of \(Self.text(shape)) voxels: needed sides that \(multiple) divides; choose fewer --levels"
    case .tooFewMaps(let found, let components):
      "\(components) components cannot be found in \(found) maps: choose a smaller --latent-size"
    case .diverged(let step): "the training diverged at step \(step): choose a lower --learning-rate"
    case .notLatent(let path):
      "\(path): not a model of a latent space: needed one that `grisea train-autoencoder` has written"
    case .otherFeatures(let path, let found, let needed):
      "\(path): \(found) features in a row, needed the \(needed) of the model"
    case .emptyImage(let path): "\(path): is 0 everywhere; needed a map of the gray matter"
    case .noFeature(let name, let count): "there is no feature \(name): the model has z1 to z\(count)"
    case .noWayBack: "a classifier makes no maps: needed a model of `grisea train-autoencoder`"
    }
  }

  private static func text(_ shape: SIMD3<Int>) -> String { "\(shape.x)×\(shape.y)×\(shape.z)" }
}
