import BIDS
import Testing

/// Against the rules of the specification: keys and values in a fixed order, values of letters and digits, whole
/// numbers for runs and echoes. `BidsTests` asks the BIDS validator about the same kinds of names.
@Suite("BIDSName")
struct BIDSNameTests {
  @Test("entities, suffix and ending are taken apart")
  func parts() throws {
    let name = try BIDSName(
      anatomical: "sub-01_ses-pre_acq-mprage_ce-gad_rec-norm_run-02_echo-1_part-mag_T1w.nii.gz")
    #expect(
      name.entities.map(\.key) == ["sub", "ses", "acq", "ce", "rec", "run", "echo", "part"])
    #expect(name["ses"] == "pre" && name["run"] == "02" && name["task"] == nil)
    #expect(name.suffix == "T1w" && name.ending == ".nii.gz")
    #expect(name.stem == "sub-01_ses-pre_acq-mprage_ce-gad_rec-norm_run-02_echo-1_part-mag")
  }

  static let faults: [(String, BIDSNameError)] = [
    ("sub-01_T1w.hdr", .ending("sub-01_T1w.hdr")),
    ("sub-01_run-1.nii", .noSuffix("sub-01_run-1.nii")),
    ("ses-1_T1w.nii", .noSubject("ses-1_T1w.nii")),
    ("T1w.nii", .noSubject("T1w.nii")),
    ("sub-01_anat_T1w.nii", .noEntity("anat")),
    ("sub-01__T1w.nii", .noEntity("")),
    ("sub-01_acq-a-b_T1w.nii", .noEntity("acq-a-b")),
    ("sub-_T1w.nii", .value("sub-")),
    ("sub-01_acq-a.b_T1w.nii", .value("acq-a.b")),
    ("sub-01_acq-ö_T1w.nii", .value("acq-ö")),
    ("sub-01_part-both_T1w.nii", .value("part-both")),
    ("sub-01_run-one_T1w.nii", .index("run-one")),
    ("sub-01_desc-preproc_T1w.nii", .unknown("desc")),
    ("sub-01_run-1_run-1_T1w.nii", .repeated("run")),
    ("sub-01_run-1_acq-a_T1w.nii", .misplaced("acq", after: "run")),
    ("sub-01_acq-a_ses-1_T1w.nii", .misplaced("ses", after: "acq")),
  ]

  @Test("a name that breaks a rule is an error that says which", arguments: faults)
  func fault(name: String, error: BIDSNameError) {
    #expect(throws: error) { try BIDSName(anatomical: name) }
    #expect(error.description.hasPrefix("is not a BIDS name: "))
  }
}
