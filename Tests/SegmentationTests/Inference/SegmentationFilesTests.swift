import Segmentation
import Testing

@Suite("SegmentationFiles")
struct SegmentationFilesTests {
  @Test("names are those of BIDS derivatives, in the folder")
  func all() {
    let files = SegmentationFiles(
      scan: "data/sub-01/anat/sub-01_ses-2_T1w.nii.gz", folder: "out", probabilities: true, entropy: true,
      picture: true)
    #expect(files.labels == "out/sub-01_ses-2_dseg.nii.gz")
    #expect(files.mask == "out/sub-01_ses-2_label-GM_mask.nii.gz")
    #expect(
      files.probabilities == [
        .grayMatter: "out/sub-01_ses-2_label-GM_probseg.nii.gz",
        .whiteMatter: "out/sub-01_ses-2_label-WM_probseg.nii.gz",
        .csf: "out/sub-01_ses-2_label-CSF_probseg.nii.gz",
      ])
    #expect(files.picture == "out/sub-01_ses-2_dseg.png")
    #expect(files.volumes == "out/volumes.tsv")
    #expect(
      files.ownPaths == [
        "out/sub-01_ses-2_dseg.nii.gz", "out/sub-01_ses-2_label-GM_mask.nii.gz",
        "out/sub-01_ses-2_desc-brain_mask.nii.gz",
        "out/sub-01_ses-2_label-GM_probseg.nii.gz", "out/sub-01_ses-2_label-WM_probseg.nii.gz",
        "out/sub-01_ses-2_label-CSF_probseg.nii.gz",
        "out/sub-01_ses-2_desc-entropy_probseg.nii.gz", "out/sub-01_ses-2_dseg.png",
      ])
  }

  @Test("without extras there are labels and the mask", arguments: [("o/", "o/colin_"), (".", "./colin_")])
  func few(folder: String, start: String) {
    let files = SegmentationFiles(scan: "colin.nii", folder: folder, probabilities: false, picture: false)
    #expect(
      files.ownPaths == [
        start + "dseg.nii.gz", start + "label-GM_mask.nii.gz", start + "desc-brain_mask.nii.gz",
      ])
    #expect(files.picture == nil && files.probabilities.isEmpty)
  }
}
