import Imaging
import Testing

@Suite("Names of scans")
struct ScanNameTests {
  @Test(
    "stem and person are read from the file's name",
    arguments: [
      ("data/sub-01_T1w.nii.gz", "sub-01", "sub-01"), ("sub-01_ses-2_T1w.nii", "sub-01_ses-2", "sub-01"),
      ("sub-01_desc-brain_T1w.nii.gz", "sub-01_desc-brain", "sub-01"),
      ("sub-7_dseg.nii.gz", "sub-7", "sub-7"),
      ("sub-03.img.gz", "sub-03", "sub-03"), ("/a/b/colin.hdr", "colin", "colin"),
      ("IBSR_01_ana.nii.gz", "IBSR_01_ana", "IBSR_01_ana"), ("head_T1w.nii.gz", "head", "head"),
      ("my.scan.nii.gz", "my.scan", "my.scan"), ("sub-_T1w.nii", "sub-", "sub-"),
      ("bert/mri/T1.mgz", "T1", "T1"), ("sub-04_T1w.mgh", "sub-04", "sub-04"),
    ])
  func parts(path: String, stem: String, person: String) {
    let name = ScanName(path: path)
    #expect(name.stem == stem)
    #expect(name.subject.person == person)
  }
}
