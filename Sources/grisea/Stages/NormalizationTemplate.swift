import Files
import Foundation
import Imaging
import Morphometry

/// The template that scans are normalized to: the one inside the program, or a folder of `grisea template`.
struct NormalizationTemplate: Sendable {
  /// The name of the template inside the program.
  static let builtIn = "mni152"

  let maps: TissueMaps
  let space: TemplateSpace
  /// The hash of the template's files.
  let hash: ContentHash
  /// The files of a template that is not inside the program.
  let files: [FileRecord]

  /// Reads a template.
  /// - Parameter name: `mni152` or a folder with `tpl-NAME_…_label-GM_probseg.nii.gz` and the same of white matter.
  /// - Throws: `NormalizationError`, `NIfTIError`, `UnreadableFile`.
  init(_ name: String) throws {
    guard name != Self.builtIn else {
      maps = try StandardTemplate().maps
      space = .builtIn
      hash = ContentHash(of: StandardTemplate.bytes.prefix(2).flatMap { $0 })
      files = []
      return
    }
    let paths = try Self.paths(in: name)
    var hashes = FileHashes()
    files = try hashes.records(paths)
    maps = try TissueMaps(gray: paths[0], white: paths[1])
    guard maps.grid.isIsotropicRAS else { throw NormalizationError.templateGrid(path: paths[0]) }
    space = TemplateSpace(file: paths[0])
    hash = ContentHash(of: Array(files.map { $0.hash?.hex ?? "" }.joined().utf8))
  }

  /// The paths of gray and white matter of the template in a folder.
  static func paths(in folder: String) throws(NormalizationError) -> [String] {
    let gray = ImageFiles.matches(of: FilePattern.escaped(folder).joined("tpl-*_label-GM_probseg.nii.gz"))
    guard gray.count == 1, let white = NormalizationFiles.white(beside: gray[0]) else {
      throw .noTemplate(folder: folder, found: gray.count)
    }
    return [gray[0], white]
  }

  /// The space of a template. Before an earlier stage has written the template, it is that of `grisea template`.
  static func space(of name: String) -> TemplateSpace {
    guard name != builtIn else { return .builtIn }
    return TemplateSpace(file: (try? paths(in: name))?.first ?? name.lastComponent + "_res-1p5")
  }

  /// The paths that `init` reads, for the declaration of a stage.
  static func declared(_ name: String) -> [String] {
    name == builtIn ? [] : (try? paths(in: name)) ?? [name]
  }
}

extension TissueMaps {
  /// Reads the two maps of a head.
  /// - Throws: `NIfTIError`, and `NormalizationError.grids` where the maps have different grids.
  init(gray: String, white: String) throws {
    let (first, second) = (try NIfTIImage(contentsOf: gray), try NIfTIImage(contentsOf: white))
    try self.init(gray: first, white: second)
  }

  /// - Throws: `NormalizationError.grids` where the maps have different grids.
  init(gray: NIfTIImage, white: NIfTIImage) throws(NormalizationError) {
    guard white.volume.grid.matches(gray.volume.grid) else {
      throw .grids(gray: gray.path, white: white.path)
    }
    self.init(gray: gray.volume, white: Volume(grid: gray.volume.grid, voxels: white.volume.voxels))
  }
}

/// Why a scan cannot be normalized, or not to this template.
enum NormalizationError: Error, Hashable {
  case noWhiteMatter(gray: String)
  case noTissue(path: String)
  case notProbabilities(path: String, least: Float, most: Float)
  case grids(gray: String, white: String)
  case noTemplate(folder: String, found: Int)
  case templateGrid(path: String)
  case outside(path: String)
  case noTransforms(folder: String)
  case severalSpaces(folder: String, found: [String])
  case noGrayMatter(transform: String, expected: String)
}

extension NormalizationError: CustomStringConvertible {
  var description: String {
    switch self {
    case .noWhiteMatter(let gray):
      "\(gray): needed a name with label-GM, and a white matter map beside it with label-WM in its place"
    case .noTissue(let path): "\(path): the maps of gray and white matter are 0 everywhere"
    case .notProbabilities(let path, let least, let most):
      "\(path): needed probabilities from 0 to 1, found values from \(least) to \(most)"
    case .grids(let gray, let white): "\(white): needed the grid of \(gray)"
    case .noTemplate(let folder, let found):
      "\(folder): found \(found) files tpl-*_label-GM_probseg.nii.gz, needed 1; `grisea template` writes it"
    case .templateGrid(let path): "\(path): needed axes that run right, front and up, with one voxel size"
    case .outside(let path): "\(path): the scan's field of view and the template's do not overlap"
    case .noTransforms(let folder):
      "\(folder): found no *_to-T1w_mode-image_xfm.nii.gz; `grisea normalize` writes them"
    case .severalSpaces(let folder, let found):
      "\(folder): its scans were normalized to several templates; name one with --space: \(found.joined(separator: ", "))"
    case .noGrayMatter(let transform, let expected):
      "\(transform): its gray matter map \(expected) does not exist; name the folder of the maps with --maps"
    }
  }
}
