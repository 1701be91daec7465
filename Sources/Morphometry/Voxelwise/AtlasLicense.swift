import Files
import Foundation

/// Under which terms an atlas may be used, as far as its files or its publisher say.
enum AtlasLicense {
  /// Returns one line about an atlas of files: the member `License` of the JSON file beside the image, else a comment of
  /// the table that has the word, else what the publisher of a well-known atlas says.
  static func line(of files: AtlasFiles, comments: [String]) -> String {
    if let license = sidecar(of: files.image) { return license }
    if let comment = comments.first(where: { $0.lowercased().contains("licen") }) { return comment }
    let name = (files.image as NSString).lastPathComponent.lowercased()
    return known.first { name.hasPrefix($0.prefix) }?.license
      ?? "not stated beside its files; see its publisher"
  }

  private static func sidecar(of image: String) -> String? {
    let path = image.replacingEnding(".nii.gz", with: ".json").replacingEnding(".nii", with: ".json")
    guard path != image, let data = FileManager.default.contents(atPath: path),
      let members = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
    else { return nil }
    return members["License"] as? String
  }

  private static let known: [(prefix: String, license: String)] = [
    (
      "aal",
      "AAL: freeware under the terms of the GNU GPL, says its readme; cite Tzourio-Mazoyer et al. 2002, doi 10.1006/nimg.2001.0978"
    ),
    ("harvardoxford", "Harvard–Oxford atlas: FSL's license, for use that is not commercial"),
  ]

  /// Of the atlas inside the program.
  static let standard =
    "made from label maps published with SynthSeg (Apache-2.0 repository), in the space of MNI152 2009a (its notice permits use)"
}
