import Foundation

/// The names of the two halves of a `.hdr`/`.img` pair.
enum PairName {
  /// A half of a pair: the file with the header, or the file with the voxels.
  enum Half {
    case header, image
  }

  private static let endings: [(ending: String, half: Half, partner: String)] = [
    (".hdr", .header, ".img"), (".img", .image, ".hdr"), (".HDR", .header, ".IMG"), (".IMG", .image, ".HDR"),
  ]

  /// Returns the half that `path` names, or `nil` for any other name.
  static func half(_ path: String) -> Half? { split(path)?.half }

  /// Returns the other half beside `path`. A compressed partner is preferred for a compressed `path`, and an
  /// uncompressed partner otherwise. If neither exists, the preferred name is returned.
  static func partner(of path: String) -> (path: String, exists: Bool) {
    guard let (stem, _, partner, isCompressed) = split(path) else { return (path, false) }
    let (plain, packed) = (stem + partner, stem + partner + ".gz")
    let candidates = isCompressed ? [packed, plain] : [plain, packed]
    for candidate in candidates where FileManager.default.fileExists(atPath: candidate) {
      return (candidate, true)
    }
    return (candidates[0], false)
  }

  /// Returns the two files of the pair of which `path` names a half. Both are compressed or neither.
  static func files(_ path: String) -> (header: String, image: String, isCompressed: Bool)? {
    guard let (stem, half, ending, isCompressed) = split(path) else { return nil }
    let partner = stem + ending + (isCompressed ? ".gz" : "")
    return half == .header ? (path, partner, isCompressed) : (partner, path, isCompressed)
  }

  /// Returns SPM's `.mat` file beside the pair of which `path` names a half, or `nil` if it does not exist.
  static func matrix(of path: String) -> String? {
    guard let (stem, _, _, _) = split(path) else { return nil }
    return [stem + ".mat", stem + ".mat.gz"].first { FileManager.default.fileExists(atPath: $0) }
  }

  private static func split(
    _ path: String
  ) -> (stem: String, half: Half, partner: String, isCompressed: Bool)? {
    let isCompressed = path.hasSuffix(".gz")
    let name = isCompressed ? String(path.dropLast(3)) : path
    for (ending, half, partner) in endings where name.hasSuffix(ending) {
      return (String(name.dropLast(ending.count)), half, partner, isCompressed)
    }
    return nil
  }
}
