import BIDS
import Foundation
import TestSupport
import Testing

@Suite("BIDSDataset")
struct BIDSDatasetTests {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    try place.write("{\"Name\": \"heads\", \"BIDSVersion\": \"1.8.0\"}", to: "dataset_description.json")
  }

  private func dataset() throws -> BIDSDataset { try BIDSDataset(contentsOf: place.path) }

  @Test("scans are those of participants and sessions, in numeric order, and nothing else's")
  func scans() throws {
    for file in [
      "sub-10/anat/sub-10_T1w.nii.gz", "sub-2/ses-b/anat/sub-2_ses-b_run-10_T1w.nii",
      "sub-2/ses-b/anat/sub-2_ses-b_run-9_T1w.nii.gz", "sub-2/ses-a/anat/sub-2_ses-a_acq-x_T1w.nii",
      "sub-2/ses-a/anat/sub-2_ses-a_T2w.nii", "sub-2/ses-a/anat/._sub-2_ses-a_T1w.nii",
      "sub-2/ses-a/func/sub-2_ses-a_task-x_bold.nii", "derivatives/x/sub-9/anat/sub-9_T1w.nii",
      "sourcedata/sub-8/anat/sub-8_T1w.nii", "sub-3.txt", "sub-4/anat/sub-4_T1w.json",
    ] { try place.write("", to: file) }
    let scans = try dataset().scans()
    #expect(
      scans.map(\.path) == [
        "sub-2/ses-a/anat/sub-2_ses-a_acq-x_T1w.nii", "sub-2/ses-b/anat/sub-2_ses-b_run-9_T1w.nii.gz",
        "sub-2/ses-b/anat/sub-2_ses-b_run-10_T1w.nii", "sub-4", "sub-10/anat/sub-10_T1w.nii.gz",
      ])
    #expect(
      scans.map(\.state) == [.usable, .usable, .usable, .passedOver("no T1w scan"), .usable])
    #expect(scans[0].stem == "sub-2_ses-a_acq-x" && scans[0].folder == "sub-2/ses-a/anat")

    for labels in [["10", "2"], ["sub-2", "sub-10"]] {
      #expect(
        try dataset().scans(participants: labels).map(\.participant) == ["sub-2", "sub-2", "sub-2", "sub-10"])
    }
    #expect(
      try dataset().scans(participants: ["2"], sessions: ["ses-b"]).map(\.stem) == [
        "sub-2_ses-b_run-9", "sub-2_ses-b_run-10",
      ])
    #expect(throws: BIDSDatasetError.noParticipant("sub-1", place.path)) {
      try dataset().scans(participants: ["1"])
    }
    #expect(throws: BIDSDatasetError.noSession(["c"], place.path)) { try dataset().scans(sessions: ["c"]) }
  }

  @Test("files that .bidsignore excludes are not found")
  func ignored() throws {
    for name in ["sub-1_T1w", "sub-1_desc-brain_T1w", "sub-1_acq-a_T1w", "sub-1_acq-b_T1w"] {
      try place.write("", to: "sub-1/anat/\(name).nii")
    }
    for name in ["sub-2", "sub-3"] { try place.write("", to: "\(name)/anat/\(name)_T1w.nii") }
    try place.write(
      "# names\n*_desc-brain_*\r\n\nsub-1/anat/*_acq-*\n!*_acq-b_*\n/sub-2/\nanat/sub-3*\n", to: ".bidsignore"
    )
    let found = try dataset().scans().filter { $0.state == .usable }.map(\.stem)
    #expect(found == ["sub-1_acq-b", "sub-1", "sub-3"] || found == ["sub-1", "sub-1_acq-b", "sub-3"])
  }

  @Test("misplaced names, duplicate names and phase images are distinguished")
  func faults() throws {
    for file in [
      "sub-1/anat/sub-2_T1w.nii", "sub-1/ses-a/anat/sub-1_T1w.nii", "sub-2/anat/sub-2_T1w.nii",
      "sub-2/anat/sub-2_T1w.nii.gz", "sub-3/anat/sub-3_part-phase_T1w.nii", "sub-4/anat/sub-4_acq-_T1w.nii",
    ] { try place.write("", to: file) }
    #expect(
      try dataset().scans().map(\.state) == [
        .faulty(.elsewhere(found: "sub-2", needed: "sub-1")),
        .faulty(.elsewhere(found: "sub-1", needed: "sub-1_ses-a")), .faulty(.twin("sub-2_T1w.nii.gz")),
        .faulty(.twin("sub-2_T1w.nii")), .passedOver("part-phase is not a magnitude image"),
        .faulty(.name(.value("acq-"))),
      ])
  }

  @Test("a loop of symbolic links has no end to run to")
  func loop() throws {
    try place.write("", to: "sub-1/anat/sub-1_T1w.nii")
    try FileManager.default.createSymbolicLink(atPath: place("sub-1/ses-a"), withDestinationPath: "../sub-1")
    try FileManager.default.createSymbolicLink(atPath: place("sub-1/anat/anat"), withDestinationPath: ".")
    #expect(try dataset().scans(participants: ["1"]).map(\.state).first == .usable)
  }

  @Test("a folder without a description, or without participants, is no dataset")
  func noDataset() throws {
    #expect(throws: BIDSDatasetError.noParticipants(place.path)) { try dataset().scans() }
    #expect(throws: BIDSDatasetError.noDescription(place("none"))) {
      try BIDSDataset(contentsOf: place("none"))
    }
    let faults: [(String, BIDSDataset.Description.Fault)] = [
      ("", .notJSON), ("[]", .notAnObject), ("{\"Name\": \"heads\"}", .noText(field: "BIDSVersion")),
      ("{\"Name\": [], \"BIDSVersion\": \"1.8.0\"}", .noText(field: "Name")),
      ("{\"Name\": \"heads\" \"BIDSVersion\": \"1.8.0\"}", .notJSON),
    ]
    for (text, fault) in faults {
      try place.write(text, to: "dataset_description.json")
      #expect(throws: BIDSDatasetError.badDescription(place("dataset_description.json"), fault)) {
        try dataset()
      }
    }
  }

  /// Descriptions of public datasets, with what the names and versions in them are to a reader.
  @Test(
    "a description is read as it is found",
    arguments: [
      ("{\"Name\": \"heads\", \"BIDSVersion\": 1.8}", "heads", "1.8"),
      ("{\"Name\": 7, \"BIDSVersion\": \"1.0.2\"}", "7", "1.0.2"),
      ("{\"Name\": \"heads\", \"BIDSVersion\": \"1.8.0\", \"Authors\": [\"A\", \"B\",],}", "heads", "1.8.0"),
      ("{\"Name\": \"heads\", \"BIDSVersion\": \"1.8.0\", \"License\": [\"CC0\"]}", "heads", "1.8.0"),
      ("{\"Name\": \"heads\", \"BIDSVersion\": \"1.8.0\", \"DatasetDOI\": null}", "heads", "1.8.0"),
      ("{\"HowToAcknowledge\": {\"a\": 1}, \"Name\": \"heads\", \"BIDSVersion\": \"1\"}", "heads", "1"),
      ("\u{feff}{\"Name\": \"heads\", \"BIDSVersion\": \"1.8.0\"}", "heads", "1.8.0"),
    ])
  func loose(text: String, name: String, version: String) throws {
    try place.write(text, to: "dataset_description.json")
    let description = try dataset().description
    #expect(description.name == name && description.version == version)
    #expect(description.license == nil && description.doi == nil && description.acknowledgement == nil)
  }

  @Test("a description in Latin-1 keeps its letters")
  func latin() throws {
    let text = "{\"Name\": \"Köpfe\", \"BIDSVersion\": \"1.8.0\"}"
    let bytes = try #require(text.data(using: .isoLatin1))
    try bytes.write(to: URL(filePath: place("dataset_description.json")))
    #expect(try dataset().description.name == "Köpfe")
  }

  @Test("a description that git-annex has not fetched is said to be that")
  func annexed() throws {
    try FileManager.default.removeItem(atPath: place("dataset_description.json"))
    try FileManager.default.createSymbolicLink(
      atPath: place("dataset_description.json"),
      withDestinationPath: ".git/annex/objects/0k/1w/MD5E-s40--ab.json/MD5E-s40--ab.json")
    let error = try #require(throws: BIDSDatasetError.self) { try dataset() }
    #expect("\(error)".contains("git annex get"), "\(error)")
  }
}
