import Imaging
import Testing

@Suite("Names of scans")
struct ScanNameTests {
  @Test(
    "stem, subject and suffix are read from the file's name",
    arguments: [
      ("data/sub-01_T1w.nii.gz", "sub-01", "sub-01", "T1w"),
      ("sub-01_ses-2_T1w.nii", "sub-01_ses-2", "sub-01", "T1w"),
      ("sub-7_dseg.nii.gz", "sub-7", "sub-7", "dseg"), ("sub-03.nii.gz", "sub-03", "sub-03", nil),
      ("/a/b/colin.nii", "colin", "colin", nil), ("IBSR_01_ana.nii.gz", "IBSR_01_ana", "IBSR_01_ana", nil),
      ("head_T1w.nii.gz", "head", "head", nil), ("my.scan.nii.gz", "my.scan", "my.scan", nil),
    ] as [(String, String, String, String?)])
  func parts(path: String, stem: String, subject: String, suffix: String?) {
    let name = ScanName(path: path)
    #expect(name.stem == stem)
    #expect(name.subject == subject)
    #expect(name.suffix == suffix)
  }
}
