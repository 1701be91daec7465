import Files
import Foundation

/// The NIfTI files that a command-line argument names: a file, a folder or a glob pattern.
public enum ImageFiles {
  /// The result of resolving an argument.
  public enum Source: Hashable, Sendable {
    /// The argument names one file.
    case file(String)
    /// The argument is a folder or a pattern. The files found are sorted by path and may be none.
    case several([String])

    /// Whether the argument named one file.
    public var isFile: Bool {
      if case .file = self { true } else { false }
    }

    /// The paths of the files.
    public var paths: [String] {
      switch self {
      case .file(let path): [path]
      case .several(let paths): paths
      }
    }
  }

  /// Returns the label maps that an argument names.
  ///
  /// A folder is searched recursively without hidden folders. If it contains files named `…_dseg.nii[.gz]`, these are
  /// returned, and of them only those of tissues, without a `seg-` entity or `desc-aseg`, if there are any; or with
  /// `structures` only those with `desc-aseg`, if there are any. Otherwise every `.nii` and `.nii.gz`
  /// file is returned. The characters `*`, `?` and `[…]` have the meaning of the shell. An argument that matches
  /// nothing is returned as a file, so that reading it reports the error.
  public static func labelMaps(_ word: String, structures: Bool = false) -> Source {
    if DurableFolder.exists(word) {
      let images = images(below: word)
      let labels = images.filter { $0.hasSuffix("_dseg.nii.gz") || $0.hasSuffix("_dseg.nii") }
      let wanted = labels.filter {
        let hasStructures = $0.lastComponent.contains("_desc-aseg_")
        return structures ? hasStructures : !hasStructures && !$0.lastComponent.contains("_seg-")
      }
      return .several([wanted, labels].first { !$0.isEmpty } ?? images)
    }
    return isPattern(word) ? .several(matches(of: word)) : .file(word)
  }

  /// Returns the probability maps that an argument names, sorted by path.
  ///
  /// A folder is searched recursively for files named `…_probseg.nii[.gz]`. An argument that matches nothing is
  /// returned as a file.
  public static func probabilityMaps(_ word: String) -> [String] {
    if DurableFolder.exists(word) {
      return images(below: word).filter { $0.hasSuffix("_probseg.nii.gz") || $0.hasSuffix("_probseg.nii") }
    }
    return isPattern(word) ? matches(of: word) : [word]
  }

  /// Returns whether an argument is a glob pattern: it contains `*`, `?` or `[`, and no file has this name.
  public static func isPattern(_ word: String) -> Bool {
    word.contains { "*?[".contains($0) } && !FileManager.default.fileExists(atPath: word)
  }

  /// Returns the files that a glob pattern matches, sorted by path.
  public static func matches(of pattern: String) -> [String] {
    FilePattern(pattern).paths().filter { !DurableFolder.exists($0) }
  }

  private static func images(below folder: String) -> [String] {
    // The dot is needed because the enumerator does not follow a path that is itself a symbolic link.
    let below = FileManager.default.enumerator(atPath: folder + "/.")?.compactMap { $0 as? String } ?? []
    return below.filter { path in
      (path.hasSuffix(".nii") || path.hasSuffix(".nii.gz"))
        && !path.split(separator: "/").contains { $0.hasPrefix(".") }
    }
    .sorted().map { (folder as NSString).appendingPathComponent($0) }
  }
}
