import Imaging
import Testing

@Suite("Subject")
struct SubjectTests {
  @Test(
    "the subject is the part of the names that differs between scans",
    arguments: [
      ("sub-01_T1w.nii.gz", "sub-01"),
      ("data/sub-01/anat/sub-01_ses-2_run-1_T1w.nii", "sub-01_ses-2_run-1"),
      ("sub-01_ses-2_label-GM_mask.nii.gz", "sub-01_ses-2"),
      ("sub-01_desc-brain_dseg.nii.gz", "sub-01"),
      ("sub-01.nii.gz", "sub-01"),
      ("anna_dseg.nii.gz", "anna"),
      ("anna_label-GM_mask.nii.gz", "anna"),
      ("scan_of_anna.nii", "scan_of_anna"),
      ("T1w.nii.gz", "T1w"),
      (".nii.gz", ".nii"),
    ])
  func name(path: String, subject: String) {
    #expect(ScanName(path: path).subject.description == subject)
  }

  @Test("subjects are ordered as people count")
  func order() {
    let names = ["sub-10_T1w.nii", "sub-9_T1w.nii", "sub-2_T1w.nii"]
    #expect(
      names.map { ScanName(path: $0).subject }.sorted().map(\.description) == ["sub-2", "sub-9", "sub-10"])
  }
}
