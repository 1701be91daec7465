import Files
import Foundation

/// NIfTI files behind what a user typed: a file, a folder or a glob pattern.
public enum ImageFiles {
  /// What the typed word turned out to be.
  public enum Source: Hashable, Sendable {
    case file(String)
    /// A folder or a pattern, with the files found, sorted by path; may be empty.
    case several([String])

    /// Whether the word named one file itself.
    public var isFile: Bool {
      if case .file = self { true } else { false }
    }

    public var paths: [String] {
      switch self {
      case .file(let path): [path]
      case .several(let paths): paths
      }
    }
  }

  /// Label maps behind a word.
  ///
  /// A folder is searched through all its levels, hidden ones apart: if it holds files named `…_dseg.nii[.gz]`,
  /// those are meant, of them those without a `seg-` entity where there are any, otherwise every `.nii` and `.nii.gz`.
  /// `*`, `?` and `[…]` are those of the shell.
  /// A word that names nothing is returned as a file: reading it then says why it cannot be read.
  public static func labelMaps(_ word: String) -> Source {
    if isFolder(word) {
      let images = images(below: word)
      let labels = images.filter { $0.hasSuffix("_dseg.nii.gz") || $0.hasSuffix("_dseg.nii") }
      let plain = labels.filter { !$0.lastComponent.contains("_seg-") }
      return .several([plain, labels].first { !$0.isEmpty } ?? images)
    }
    return isPattern(word) ? .several(matches(of: word)) : .file(word)
  }

  /// Probability maps behind a word, sorted by path: of a folder the files named `…_probseg.nii[.gz]`, through all its
  /// levels. A word that names nothing is returned as a file.
  public static func probabilityMaps(_ word: String) -> [String] {
    if isFolder(word) {
      return images(below: word).filter { $0.hasSuffix("_probseg.nii.gz") || $0.hasSuffix("_probseg.nii") }
    }
    return isPattern(word) ? matches(of: word) : [word]
  }

  /// Whether a word is a glob pattern: it has one of the shell's marks, and is not a file's own name.
  public static func isPattern(_ word: String) -> Bool {
    word.contains { "*?[".contains($0) } && !FileManager.default.fileExists(atPath: word)
  }

  /// Files that a glob pattern matches, sorted by path.
  public static func matches(of pattern: String) -> [String] {
    var found = glob_t()
    defer { globfree(&found) }
    guard glob(pattern, 0, nil, &found) == 0 else { return [] }
    let paths = (0..<Int(found.gl_pathc)).compactMap { found.gl_pathv[$0].map { String(cString: $0) } }
    return paths.filter { !isFolder($0) }
  }

  private static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
  }

  private static func images(below folder: String) -> [String] {
    // The dot: a folder may itself be a symbolic link, which is not followed otherwise.
    let below = FileManager.default.enumerator(atPath: folder + "/.")?.compactMap { $0 as? String } ?? []
    return below.filter { path in
      (path.hasSuffix(".nii") || path.hasSuffix(".nii.gz"))
        && !path.split(separator: "/").contains { $0.hasPrefix(".") }
    }
    .sorted().map { (folder as NSString).appendingPathComponent($0) }
  }
}
