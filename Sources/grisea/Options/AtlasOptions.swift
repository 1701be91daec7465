import ArgumentParser
import Morphometry

/// `--atlas`
struct AtlasOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Name regions by this label map, in the space of the maps, and its table: columns index and name, or lines such as '1 Precentral_L'. (default: the built-in atlas)",
      valueName: "nifti:names"))
  var atlas: String?

  func validate() throws {
    if let atlas, Self.files(atlas) == nil {
      throw ValidationError("--atlas \(atlas): needed a label map and a table, such as aal.nii.gz:aal.tsv")
    }
  }

  /// The chosen atlas.
  var value: AtlasFiles { atlas.flatMap(Self.files) ?? .standard }

  /// The files that are read.
  var files: [String] { atlas == nil ? [] : [value.image, value.labels] }

  private static func files(_ word: String) -> AtlasFiles? {
    guard let colon = word.lastIndex(of: ":") else { return nil }
    let (image, labels) = (String(word[..<colon]), String(word[word.index(after: colon)...]))
    return image.isEmpty || labels.isEmpty ? nil : AtlasFiles(image: image, labels: labels)
  }
}
