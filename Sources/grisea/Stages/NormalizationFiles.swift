import Files
import Imaging
import Morphometry

/// The space of a template, as file names have it.
struct TemplateSpace: Codable, Hashable, Sendable {
  /// The entity `space`.
  var name: String
  /// The entity `res`.
  var resolution: String?

  /// The space of the template inside the program.
  static let builtIn = TemplateSpace(name: StandardTemplate.space, resolution: "1p5")

  init(name: String, resolution: String?) {
    self.name = name
    self.resolution = resolution
  }

  /// Reads the name of a template's file, such as `tpl-cohort_res-1p5_label-GM_probseg.nii.gz`.
  init(file path: String) {
    func entity(_ key: String) -> String? {
      path.lastComponent.split(separator: "_").first { $0.hasPrefix(key) }.map {
        String($0.dropFirst(key.count))
      }
    }
    self.init(name: entity("tpl-") ?? path.lastComponent, resolution: entity("res-"))
  }
}

/// The paths of the files that one normalized scan has, named by BIDS:
/// `sub-01/anat/sub-01_space-MNI152NLin2009aSym_res-1p5_label-GM_probseg.nii.gz` and others.
struct NormalizationFiles: Hashable, Sendable {
  /// The entities before `label`, such as `sub-01_ses-2`.
  let name: String
  private let folder: String
  private let space: TemplateSpace
  private let options: NormalizedScan.Options

  /// The table of all normalized scans of a folder.
  static func table(in folder: String) -> String { folder.joined("normalization.tsv") }

  /// The entity of a gray matter map, by which its white matter map is found too.
  private static let gray = "label-GM"

  /// - Parameters:
  ///   - gray: the path of a gray matter map.
  ///   - folder: the folder of all results.
  ///   - space: the template's space.
  init(gray: String, folder: String, space: TemplateSpace, _ options: NormalizedScan.Options) {
    self.init(name: Self.name(of: gray), folder: folder, space: space, options)
  }

  /// - Parameter name: the entities before `label`.
  init(name: String, folder: String, space: TemplateSpace, _ options: NormalizedScan.Options) {
    self.name = name
    self.folder = folder
    self.space = space
    self.options = options
  }

  private static func name(of gray: String) -> String {
    let stem = ScanName(path: gray).stem
    let parts = stem.split(separator: "_")
    let kept = parts.prefix { !$0.hasPrefix("label-") }
    return kept.isEmpty ? stem : kept.joined(separator: "_")
  }

  /// Returns the path of the white matter map beside a gray matter map; `nil` where the name has no `label-GM`.
  static func white(beside gray: String) -> String? {
    let name = gray.lastComponent
    guard let place = name.range(of: Self.gray) else { return nil }
    return String(gray.dropLast(name.count)) + name.replacingCharacters(in: place, with: "label-WM")
  }

  /// Returns the files that are read with gray matter maps, for the declaration of a stage: the white matter maps, and
  /// the other halves of pairs.
  static func companions(of maps: [String]) -> [String] {
    let partners = maps.compactMap { white(beside: $0) }
    return partners + ImageOperands.companions(of: maps + partners)
  }

  /// `sub-01/ses-2/anat` of `sub-01_ses-2_run-1`; empty where the name has no subject.
  private var place: String {
    let parts = name.split(separator: "_")
    guard let subject = parts.first, subject.hasPrefix("sub-") else { return "" }
    let session = parts.first { $0.hasPrefix("ses-") }
    return ([subject] + [session].compactMap { $0 } + ["anat"]).joined(separator: "/")
  }

  private var stem: String { place.isEmpty ? folder.joined(name) : folder.joined(place).joined(name) }
  private var spaced: String {
    let resolution = space.resolution.map { "_res-\($0)" } ?? ""
    return "\(stem)_space-\(space.name)\(resolution)_label-GM"
  }

  /// Gray matter in the template's space.
  var gray: String { "\(spaced)_probseg.nii.gz" }
  /// The modulated map; `nil` where modulation is `none`.
  var modulated: String? { options.modulation == .none ? nil : "\(spaced)_desc-modulated_probseg.nii.gz" }
  /// The smoothed map; `nil` where no width is given.
  var smoothed: String? {
    guard options.smoothing > 0 else { return nil }
    let width = options.smoothing.formatted(.number.grouping(.never)).replacing(".", with: "p")
    let kind = options.modulation == .none ? "smoothed" : "modulatedSmoothed"
    return "\(spaced)_desc-\(kind)\(width)_probseg.nii.gz"
  }
  /// The field that brings images of the scan into the template's space.
  var toTemplate: String { "\(stem)_from-T1w_to-\(space.name)_mode-image_xfm.nii.gz" }
  /// The field that brings images of the template into the scan's space.
  var toScan: String { "\(stem)_from-\(space.name)_to-T1w_mode-image_xfm.nii.gz" }

  /// The map that analyses read: the modulated one, or the only one.
  var analyzed: String { modulated ?? gray }

  /// All images.
  var images: [String] { [gray, modulated, smoothed, toTemplate, toScan].compactMap { $0 } }
  /// All files: images and their sidecars.
  var all: [String] { images + images.map(Self.sidecar) }

  /// Returns the path of the JSON file beside an image.
  static func sidecar(of image: String) -> String { image.replacingEnding(".nii.gz", with: ".json") }
}
