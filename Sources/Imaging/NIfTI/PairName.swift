import Foundation

/// What a file's name says about the two halves of a `.hdr`/`.img` pair.
enum PairName {
  /// The file with the voxels or, from its voxels, the file with the header.
  enum Half {
    case header, image
  }

  private static let endings: [(ending: String, half: Half, partner: String)] = [
    (".hdr", .header, ".img"), (".img", .image, ".hdr"), (".HDR", .header, ".IMG"), (".IMG", .image, ".HDR"),
  ]

  /// Which half `path` names; `nil` for any other name.
  static func half(_ path: String) -> Half? { split(path)?.half }

  /// The other half beside `path`: compressed where `path` is, else the other way round; where there is neither,
  /// `path` is the name that was looked for first.
  static func partner(of path: String) -> (path: String, exists: Bool) {
    guard let (stem, _, partner, isCompressed) = split(path) else { return (path, false) }
    let (plain, packed) = (stem + partner, stem + partner + ".gz")
    let candidates = isCompressed ? [packed, plain] : [plain, packed]
    for candidate in candidates where FileManager.default.fileExists(atPath: candidate) {
      return (candidate, true)
    }
    return (candidates[0], false)
  }

  /// The two files that make the pair of which `path` names a half, both compressed or neither.
  static func files(_ path: String) -> (header: String, image: String, isCompressed: Bool)? {
    guard let (stem, half, ending, isCompressed) = split(path) else { return nil }
    let partner = stem + ending + (isCompressed ? ".gz" : "")
    return half == .header ? (path, partner, isCompressed) : (partner, path, isCompressed)
  }

  /// SPM's `.mat` file beside the pair of which `path` names a half; `nil` where there is none.
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
