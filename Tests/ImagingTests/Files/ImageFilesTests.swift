import Foundation
import Imaging
import Testing

@Suite("Files behind a word")
struct ImageFilesTests {
  private let folder = FileManager.default.temporaryDirectory.path + "/grisea-\(UUID())"

  init() throws {
    try FileManager.default.createDirectory(
      atPath: folder + "/results/sub-1/anat", withIntermediateDirectories: true)
    for name in [
      "anat/sub-1_T1w.nii.gz", "anat/sub-1_dseg.nii.gz", "anat/sub-1_seg-parts_dseg.nii.gz",
      ".grisea_dseg.nii.gz",
    ] {
      try Data().write(to: URL(filePath: folder + "/results/sub-1/" + name))
    }
    try FileManager.default.createSymbolicLink(atPath: folder + "/link", withDestinationPath: "results")
    // Without an end to those who follow it.
    try FileManager.default.createSymbolicLink(
      atPath: folder + "/results/sub-1/loop", withDestinationPath: "..")
  }

  @Test(
    "a folder's label maps are found at all its levels, by its name or by a link to it",
    arguments: ["results", "link"])
  func labelMaps(name: String) {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    #expect(
      ImageFiles.labelMaps(folder + "/" + name)
        == .several([folder + "/" + name + "/sub-1/anat/sub-1_dseg.nii.gz"]))
  }
}
