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
      ImageFiles.find(folder(name), .labelMaps) == .several([folder(name + "/sub-1/anat/sub-1_dseg.nii.gz")]))
  }

  /// Writes empty files below a folder and returns their paths relative to it that a word finds.
  private func found(_ kind: ImageFiles.Kind, _ names: [String], _ word: String = "data") throws -> [String] {
    for name in names { try folder.write("", to: "data/" + name) }
    defer { try? folder.remove("data") }
    return try ImageFiles.found(folder(word), kind).map { String($0.dropFirst(folder("data/").count)) }
  }

  @Test("the scans of a folder are its T1w images, and never results or images derived from them")
  func scans() throws {
    let derived = ["s_dseg.nii.gz", "s_label-GM_mask.nii.gz", "s_label-GM_probseg.nii.gz"]
    let names =
      ["a/sub-1_T1w.nii", "a/sub-1_desc-brain_T1w.nii", "a/sub-1_bold.nii.gz", "notes.txt"] + derived
    #expect(try found(.scans, names) == ["a/sub-1_T1w.nii"])
    #expect(
      try found(.scans, ["b.nii.gz", "a.nii", "out/a_desc-preproc_T1w.nii.gz"] + derived) == [
        "a.nii", "b.nii.gz",
      ])
    #expect(try found(.scans, ["s_desc-preproc_T1w.nii.gz"] + derived) == ["s_desc-preproc_T1w.nii.gz"])
    #expect(
      try found(.grayMatterMaps, names + ["x_space-T_label-GM_probseg.nii.gz"]) == [
        "s_label-GM_probseg.nii.gz"
      ])
    #expect(try found(.labelMaps, names) == ["s_dseg.nii.gz"])
    #expect(try found(.masks, names + ["s_desc-brain_mask.nii.gz"]) == ["s_desc-brain_mask.nii.gz"])
    let smoothed = "x_space-T_desc-modulatedSmoothed8_probseg.nii.gz"
    #expect(try found(.normalizedMaps, names + [smoothed]) == [smoothed])
  }

  @Test("a quoted pattern is expanded, and one that matches only folders is the scans in them")
  func patterns() throws {
    let names = ["sub-1/anat/sub-1_T1w.nii", "sub-2/anat/sub-2_T1w.nii", "sub-2/func/sub-2_bold.nii"]
    let scans = ["sub-1/anat/sub-1_T1w.nii", "sub-2/anat/sub-2_T1w.nii"]
    #expect(try found(.scans, names, "data/**/*_T1w.nii") == scans)
    #expect(try found(.scans, names, "data/sub-*/anat/*_T1w.nii") == scans)
    #expect(try found(.scans, names, "data/sub-*") == scans)
  }

  @Test("a folder without images says what it holds instead")
  func empty() throws {
    func reason(_ names: [String], _ word: String = "data") -> String {
      do {
        _ = try found(.scans, names, word)
        return ""
      } catch { return "\(error)".replacing(folder.path + "/", with: "") }
    }
    #expect(
      reason(["notes.txt"])
        == "data: no NIfTI file (.nii or .nii.gz) with scans is in this folder or below it; name another folder, files, or a quoted pattern"
    )
    #expect(reason(["bert/mri/T1.mgz"]).hasSuffix("which a quoted pattern selects, such as 'data/**/T1.mgz'"))
    #expect(reason(["notes.txt"], "data/*.nii") == "data/*.nii: no file found")
    try folder.write(Data(count: 128) + Data("DICM".utf8), to: "dicom/series/IM1")
    #expect(
      reason([], "dicom").hasPrefix("dicom/series: is DICOM; NIfTI is needed, convert its folder: dcm2niix"))
  }
}
