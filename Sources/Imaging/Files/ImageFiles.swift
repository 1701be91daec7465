import Files
import Foundation

/// The image files that a command-line argument names: a file, a folder or a pattern.
///
/// All commands resolve their arguments here, so that the same word means the same files everywhere.
public enum ImageFiles {
  /// What a command reads, which decides about the files of a folder.
  public enum Kind: Sendable, CaseIterable {
    /// Scans of heads. Results of segmentations are left out. Of the rest the files named `…_T1w` are taken, if there are
    /// any, and images that were derived from a scan (`desc-`, `space-`, …) only if there is nothing else.
    case scans
    /// Gray matter maps of the scans' own spaces (`…_label-GM_probseg`), else scans.
    case grayMatterMaps
    /// Maps of one space: modulated and smoothed ones (`…_desc-modulatedSmoothed…`), else all images.
    case normalizedMaps
    /// Label maps (`…_dseg`) of tissues, without a `seg-` entity or `desc-aseg`, else all label maps, else all images.
    case labelMaps
    /// Label maps of structures (`…_desc-aseg_dseg`), else as `labelMaps`.
    case structureMaps
    /// Brain masks (`…_desc-brain_mask`), else all masks (`…_mask`), else all images.
    case masks
    /// Probability maps (`…_probseg`).
    case probabilityMaps
  }

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

  /// Returns the files that an argument names.
  ///
  /// A folder is searched at all levels, without hidden folders, for `.nii` and `.nii.gz` files, and pairs of `.hdr` and
  /// `.img`, of the given kind. The
  /// characters `*`, `?` and `[…]` have the meaning of the shell, and `**` stands for any number of folders; a pattern
  /// that matches only folders means the files in them. Any other argument is a file, whether it exists or not, so that
  /// reading it reports the error.
  public static func find(_ word: String, _ kind: Kind) -> Source { search(word, kind).source }

  /// Returns the files that an argument names, and fails where it is a folder or a pattern without any. Folders that
  /// cannot be read are reported as warnings (`InputWarnings`).
  /// - Throws: `ImageFilesError`.
  public static func found(_ word: String, _ kind: Kind) throws(ImageFilesError) -> [String] {
    let (source, unreadable) = search(word, kind)
    guard source.paths.isEmpty else {
      for folder in unreadable {
        let reason = "the folder cannot be read (\(folder.code.systemMessage)), and its files are left out"
        InputWarnings.report([reason], in: folder.path)
      }
      return source.paths
    }
    if let folder = unreadable.first { throw .unreadable(folder) }
    guard DurableFolder.exists(word) else { throw .noMatch(word) }
    if let series = dicomFolder(in: word) { throw .dicom(folder: series) }
    let pattern = FilePattern(FilePattern.escaped(word).joined("**/*.mg[zh]"))
    throw .noImages(folder: word, kind, freeSurfer: pattern.paths().first)
  }

  /// Returns whether an argument is a glob pattern: it contains `*`, `?` or `[`, and no file has this name.
  public static func isPattern(_ word: String) -> Bool {
    word.contains { "*?[".contains($0) } && !FileManager.default.fileExists(atPath: word)
  }

  /// Returns the files that a glob pattern matches, sorted by path.
  public static func matches(of pattern: String) -> [String] {
    FilePattern(pattern).paths().filter { !DurableFolder.exists($0) }
  }

  private static func search(_ word: String, _ kind: Kind) -> (source: Source, unreadable: [UnreadableFile]) {
    if DurableFolder.exists(word) {
      let (images, unreadable) = images(below: [word])
      return (.several(kind.chosen(from: images)), unreadable)
    }
    guard isPattern(word) else { return (.file(word), []) }
    let (found, unreadable) = FilePattern(word).search()
    let files = found.filter { !DurableFolder.exists($0) }
    guard files.isEmpty else { return (.several(files.filter(kind.admits)), unreadable) }
    let (images, closed) = images(below: found)
    return (.several(kind.chosen(from: images)), unreadable + closed)
  }

  /// Returns the images in folders and below them, without hidden ones.
  private static func images(below folders: [String]) -> (images: [String], unreadable: [UnreadableFile]) {
    var (images, unreadable) = ([String](), [UnreadableFile]())
    for folder in folders {
      let (found, closed) = FilePattern(FilePattern.escaped(folder).joined("**/*.*")).search()
      images += found.filter { isImage($0) && !DurableFolder.exists($0) }
      unreadable += closed
    }
    return (images, unreadable)
  }

  /// Whether a file of a folder is a NIfTI file by its name, in small letters or capitals, or the header of a pair.
  private static func isImage(_ path: String) -> Bool {
    let name = path.lowercased()
    return name.hasSuffix(".nii") || name.hasSuffix(".nii.gz")
      || (name.hasSuffix(".hdr") && PairName.partner(of: path).exists)
  }

  /// Returns a folder with DICOM files: the given one, or one in it.
  private static func dicomFolder(in folder: String) -> String? {
    if ForeignFormat.isDICOM(folder: folder) { return folder }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.sorted().prefix(20).map(folder.joined).first {
      DurableFolder.exists($0) && ForeignFormat.isDICOM(folder: $0)
    }
  }
}

extension ImageFiles.Kind {
  /// The suffixes of BIDS names of results.
  private static let results: Set = ["dseg", "mask", "probseg"]
  /// The entities of BIDS names of images that were derived from a scan.
  private static let derived = ["desc-", "space-", "label-", "res-", "den-", "seg-"]

  /// Returns the files of this kind among all images of a folder.
  func chosen(from images: [String]) -> [String] {
    preferences.lazy.map { isChosen in images.filter { isChosen(ImageName($0)) } }.first { !$0.isEmpty } ?? []
  }

  /// Returns whether a file that a pattern matches is of this kind: `normalize` writes its maps beside those that it
  /// reads.
  func admits(_ path: String) -> Bool { self != .grayMatterMaps || !path.lastComponent.contains("_space-") }

  /// The conditions on names, of which the first that any file fulfills counts.
  private var preferences: [(ImageName) -> Bool] {
    let scans: [(ImageName) -> Bool] = [
      { $0.suffix == "T1w" && !$0.isDerived }, { !$0.isResult && !$0.isDerived }, { $0.suffix == "T1w" },
      { !$0.isResult },
    ]
    let labelMaps: [(ImageName) -> Bool] = [
      { name in
        name.suffix == "dseg" && !name.entities.contains { $0.hasPrefix("seg-") || $0 == "desc-aseg" }
      },
      { $0.suffix == "dseg" }, { _ in true },
    ]
    return switch self {
    case .scans: scans
    case .grayMatterMaps:
      [{ $0.suffix == "probseg" && $0.entities.contains("label-GM") && !$0.isInSpace }] + scans
    case .normalizedMaps:
      [{ $0.entities.contains { $0.hasPrefix("desc-modulatedSmoothed") } }, { _ in true }]
    case .labelMaps: labelMaps
    case .structureMaps: [{ $0.suffix == "dseg" && $0.entities.contains("desc-aseg") }] + labelMaps
    case .masks:
      [
        { $0.suffix == "mask" && $0.entities.contains("desc-brain") }, { $0.suffix == "mask" }, { _ in true },
      ]
    case .probabilityMaps: [{ $0.suffix == "probseg" }]
    }
  }

  /// What a folder of this kind needs, as a phrase.
  var need: String {
    switch self {
    case .scans: "scans"
    case .grayMatterMaps, .normalizedMaps, .probabilityMaps: "maps"
    case .labelMaps, .structureMaps: "label maps"
    case .masks: "masks"
    }
  }

  /// The parts of an image's name.
  private struct ImageName {
    /// The parts between underscores, without the last.
    let entities: [String]
    /// The last part, without the ending.
    let suffix: String

    init(_ path: String) {
      let file = path.lastComponent
      let name = file.dropLast(ScanName.ending(of: file)?.count ?? 0)
      let parts = name.split(separator: "_").map(String.init)
      entities = Array(parts.dropLast())
      suffix = parts.last ?? ""
    }

    var isResult: Bool { Kind.results.contains(suffix) }
    var isDerived: Bool { entities.contains { entity in Kind.derived.contains { entity.hasPrefix($0) } } }
    var isInSpace: Bool { entities.contains { $0.hasPrefix("space-") } }

    private typealias Kind = ImageFiles.Kind
  }
}

/// Why an argument names no image.
public enum ImageFilesError: Error, Hashable, Sendable {
  /// A pattern that matches nothing.
  case noMatch(String)
  /// A folder that cannot be searched.
  case unreadable(UnreadableFile)
  /// A folder without NIfTI files of the kind. `freeSurfer` is a FreeSurfer volume in it, if there is one.
  case noImages(folder: String, ImageFiles.Kind, freeSurfer: String?)
  /// A folder of DICOM files.
  case dicom(folder: String)
}

extension ImageFilesError: CustomStringConvertible {
  /// A sentence for the user: what was found and what is needed.
  public var description: String {
    switch self {
    case .noMatch(let pattern): "\(pattern): no file found"
    case .unreadable(let file): "\(file)"
    case .noImages(let folder, let kind, let example):
      "\(folder): no NIfTI file (.nii or .nii.gz) with \(kind.need) is in this folder or below it"
        + (example.map {
          "; it holds FreeSurfer volumes, which a quoted pattern selects, such as '\(folder.joined("**/\($0.lastComponent)"))'"
        } ?? "; name another folder, files, or a quoted pattern")
    case .dicom(let folder): NIfTIError(path: folder, reason: .foreign(.dicom)).description
    }
  }
}
