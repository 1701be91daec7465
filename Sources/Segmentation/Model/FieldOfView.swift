/// How much of a scan a model sees at once.
///
/// Normalisation by a window's own statistics makes a network's answer depend on what else the window shows: a
/// network trained on 64³ patches at 2 mm fell from a gray-matter Dice of 0.89 to 0.42 when it saw heads whole. So a
/// model is applied to windows of the kind that it was trained on.
public enum FieldOfView: String, Hashable, Codable, Sendable {
  /// Windows of the patches' size anywhere in the scan, overlapping and blended.
  case tiles
  /// The whole scan, whatever its size; tiles where memory does not allow that.
  case whole
  /// One window of the patches' size that holds the whole brain. It is found by the network itself.
  case brain
}
