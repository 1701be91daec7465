import Foundation
import Imaging
import TestSupport
import Testing

@Suite("Files behind a word")
struct ImageFilesTests {
  private let folder: Workplace

  init() throws {
    folder = try Workplace()
    for name in [
      "anat/sub-1_T1w.nii.gz", "anat/sub-1_dseg.nii.gz", "anat/sub-1_seg-parts_dseg.nii.gz",
      ".grisea_dseg.nii.gz",
    ] {
      try folder.write("", to: "results/sub-1/" + name)
    }
    try FileManager.default.createSymbolicLink(atPath: folder("link"), withDestinationPath: "results")
    // Without an end to those who follow it.
    try FileManager.default.createSymbolicLink(
      atPath: folder("results/sub-1/loop"), withDestinationPath: "..")
  }

  @Test(
    "a folder's label maps are found at all its levels, by its name or by a link to it",
    arguments: ["results", "link"])
  func labelMaps(name: String) {
    defer { folder.remove() }
    #expect(
      ImageFiles.labelMaps(folder(name)) == .several([folder(name + "/sub-1/anat/sub-1_dseg.nii.gz")]))
  }
}
