import Foundation
import Imaging
import TestSupport
import Testing

@Suite("grisea bids")
struct BidsTests {
  private let place: Workplace
  private static let command = "bids ds out participant --model model.safetensors --n-cpus 2"

  /// Three participants: one with two sessions, one with two runs of one acquisition, one with a plain name.
  private static let scans = [
    "sub-01/ses-a/anat/sub-01_ses-a_T1w.nii", "sub-01/ses-b/anat/sub-01_ses-b_T1w.nii",
    "sub-02/anat/sub-02_acq-x_run-1_T1w.nii", "sub-02/anat/sub-02_acq-x_run-2_T1w.nii",
    "sub-10/anat/sub-10_T1w.nii",
  ]

  private static let kinds = [
    "desc-brain_mask", "dseg", "label-GM_mask", "label-GM_probseg", "label-WM_probseg", "label-CSF_probseg",
  ]

  init() throws {
    place = try Workplace()
    try SmallModel.write(to: place)
    try place.write(
      "{\"Name\": \"heads\", \"BIDSVersion\": \"1.8.0\", \"DatasetDOI\": \"doi:10.5281/zenodo.1\"}",
      to: "ds/dataset_description.json")
    for (number, scan) in Self.scans.enumerated() {
      try place.write(SyntheticHead(number: number), to: "ds/" + scan)
    }
  }

  private func json(_ name: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: place.bytes(name)) as? [String: Any])
  }

  @Test("the group level has volumes and structures, and names the scans that are missing, failed or gone")
  func groupOfStructures() throws {
    let command = Self.command.replacing(
      " participant", with: " participant --structures --participant-label 02 10")
    #expect(try place.grisea(command).status == 0)
    let group = try place.grisea("bids ds out group")
    #expect(group.status == 0 && group.output == ["out/group_volumes.tsv", "out/group_structures.tsv"])
    #expect(
      group.error == [
        "warning: 2 scans in ds, but without results: sub-01_ses-a, sub-01_ses-b"
      ])
    #expect(try place.table("out/group_structures.tsv").count == 3)
    try place.write("no image", to: "ds/sub-10/anat/sub-10_T1w.nii")
    #expect(try place.grisea(command).status == 1)
    try FileManager.default.removeItem(atPath: place("ds/sub-02/anat/sub-02_acq-x_run-2_T1w.nii"))
    let again = try place.grisea("bids ds out group")
    #expect(again.error.contains("warning: 1 scan failed, and left out (see status.tsv): sub-10"))
    #expect(again.error.contains("warning: 1 scan with results, but no longer in ds: sub-02_acq-x_run-2"))
    for name in ["volumes", "structures"] {
      #expect(
        try place.table("out/group_\(name).tsv").map { $0["scan"] } == [
          "sub-02_acq-x_run-1", "sub-02_acq-x_run-2",
        ])
    }
  }

  @Test("each scan's derivatives stand under its own entities, beside what the specification requires")
  func derivatives() throws {
    let outcome = try place.grisea(Self.command)
    #expect(outcome.status == 0, "\(outcome.error)")
    let images = Self.scans.flatMap { scan in
      Self.kinds.map { scan.replacing("T1w.nii", with: $0) }
    }
    var files = [
      "dataset_description.json", "dseg.tsv", "dseg.label", "dseg.lut", "README.md", "CITATION.md",
    ]
    for image in images { files += [image + ".nii.gz", image + ".json"] }
    for scan in Self.scans { files.append(scan.replacing("T1w.nii", with: "volumes.tsv")) }
    #expect(try place.results("out").keys.sorted() == files.sorted())
    #expect(Set(outcome.output) == Set(images.map { "out/\($0).nii.gz" }))
    #expect(try place.states().count == 5)

    let description = try json("out/dataset_description.json")
    #expect(description["DatasetType"] as? String == "derivative")
    for key in ["Name", "BIDSVersion", "HowToAcknowledge"] {
      #expect((description[key] as? String)?.isEmpty == false, "\(key)")
    }
    let generators = try #require(description["GeneratedBy"] as? [[String: String]])
    #expect(generators.map { $0["Name"] } == ["grisea"] && generators[0]["Version"] != nil)
    let sources = try #require(description["SourceDatasets"] as? [[String: String]])
    #expect(sources == [["DOI": "doi:10.5281/zenodo.1", "URL": "../ds"]])
    #expect(description["DatasetLinks"] as? [String: String] == ["raw": "../ds"])

    for image in images {
      let scan = "bids:raw:" + image.split(separator: "/").dropLast().joined(separator: "/") + "/"
      let sidecar = try json("out/\(image).json")
      let source = try #require((sidecar["Sources"] as? [String])?.first)
      #expect(source.hasPrefix(scan) && source.hasSuffix("_T1w.nii"))
      #expect(place.exists("ds/" + source.dropFirst("bids:raw:".count)))
      #expect(sidecar["SpatialReference"] as? String == source)
      #expect((sidecar["ModelSHA256"] as? String)?.count == 64)
    }
    let labels = try place.table("out/dseg.tsv")
    #expect(labels.map { $0["index"] } == ["0", "1", "2", "3", "8", "9", "12"])
    #expect(labels.map { $0["abbreviation"] } == ["BG", "GM", "WM", "CSF", "CGM", "SGM", "CBGM"])
  }

  @Test("the results are those of segment")
  func asSegment() throws {
    #expect(try place.grisea(Self.command + " --participant-label 10").status == 0)
    let outcome = try place.grisea(
      "segment ds/\(Self.scans[4]) --model model.safetensors --output plain --probabilities --threads 2")
    #expect(outcome.status == 0)
    for kind in Self.kinds {
      #expect(
        try place.bytes("out/sub-10/anat/sub-10_\(kind).nii.gz") == place.bytes("plain/sub-10_\(kind).nii.gz")
      )
    }
    #expect(try place.bytes("out/sub-10/anat/sub-10_volumes.tsv") == place.bytes("plain/volumes.tsv"))
  }

  @Test("labels choose participants and sessions; the group's table has a row for each scan")
  func group() throws {
    #expect(
      try place.grisea("bids ds out group").error == [
        "out: found no tables of volumes; run the participant level first"
      ])
    #expect(try place.grisea(Self.command + " --participant_label sub-01 --session_label b").status == 0)
    #expect(try place.states() == ["sub-01_ses-b done"])
    #expect(try place.grisea(Self.command + " --participant-label 02 10").status == 0)
    #expect(try place.states().count == 4)
    let outcome = try place.grisea("bids ds out group")
    #expect(outcome.status == 0 && outcome.output == ["out/group_volumes.tsv"])
    let rows = try place.table("out/group_volumes.tsv")
    #expect(rows.map { $0["participant_id"] } == ["sub-01", "sub-02", "sub-02", "sub-10"])
    #expect(rows.map { $0["session_id"] } == ["ses-b", "n/a", "n/a", "n/a"])
    #expect(
      rows.map { $0["scan"] } == ["sub-01_ses-b", "sub-02_acq-x_run-1", "sub-02_acq-x_run-2", "sub-10"])
    let labels = try NIfTIImage(contentsOf: place("out/sub-10/anat/sub-10_dseg.nii.gz")).labelMap().labels
    let gray = Double(labels.count { $0 == 1 }) * SyntheticHead.voxelMillilitres
    #expect(rows[3]["GM_ml"] == String(format: "%.3f", gray))
    let missing = try place.grisea(Self.command + " --participant-label 77")
    #expect(missing.status == 1 && missing.error == ["ds: has no participant sub-77"])
  }

  @Test("the same command again does nothing; with two scans changed it does two")
  func again() throws {
    #expect(try place.grisea(Self.command).status == 0)
    let files = try place.results("out")
    #expect(try place.grisea(Self.command).status == 0)
    #expect(try place.states().allSatisfy { $0.hasSuffix(" skipped") })
    #expect(try place.results("out") == files)
    for (number, scan) in [(8, Self.scans[1]), (9, Self.scans[3])] {
      try place.write(SyntheticHead(number: number), to: "ds/" + scan)
    }
    #expect(try place.grisea(Self.command).status == 0)
    #expect(
      try place.states() == [
        "sub-01_ses-a skipped", "sub-01_ses-b done", "sub-02_acq-x_run-1 skipped", "sub-02_acq-x_run-2 done",
        "sub-10 skipped",
      ])
  }

  @Test("a bad scan is a row and a line; the others are done")
  func failure() throws {
    try place.write("no image", to: "ds/" + Self.scans[2])
    try place.write("", to: "ds/sub-03/anat/sub-04_T1w.nii")
    try place.write("", to: "ds/sub-05/anat/sub-05_T2w.nii")
    let outcome = try place.grisea(Self.command + " --participant-label 02 03 05 10")
    #expect(outcome.status == 1)
    #expect(
      try place.states() == [
        "sub-02_acq-x_run-1 failed", "sub-02_acq-x_run-2 done", "sub-03_sub-04 failed", "sub-05 skipped",
        "sub-10 done",
      ])
    #expect(
      outcome.error.contains { $0.hasPrefix("ds/sub-03/anat/sub-04_T1w.nii: is in a folder of sub-03") })
    #expect(outcome.error.last == "Run the same command again: only what is missing is done.")
  }

  @Test("the dataset itself is no place for its derivatives, and derivatives are made in their usual place")
  func folders() throws {
    let outcome = try place.grisea("bids ds ds participant --model model.safetensors")
    #expect(outcome.status == 1)
    #expect(outcome.error.first?.hasPrefix("ds/dataset_description.json: describes another dataset") == true)
    let usual = try place.grisea(
      "bids ds ds/derivatives/grisea participant --model model.safetensors --participant-label 10 --quiet")
    #expect(usual.status == 0 && usual.error.isEmpty)
    #expect(
      try json("ds/derivatives/grisea/dataset_description.json")["DatasetLinks"] as? [String: String]
        == ["raw": "../.."])
    #expect(try place.grisea("bids ds out everyone").status == 64)
    #expect(try place.grisea("bids none out participant").status == 1)
  }

  /// Errors by file, as the validator codes them.
  private func faults(_ folder: String) throws -> [String: [String]] {
    let outcome = try place.run(Tool.bidsValidatorProgram, [folder, "--json"])
    let text = outcome.output.joined(separator: "\n")
    let report = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let issues = try #require((report["issues"] as? [String: Any])?["issues"] as? [[String: Any]])
    var faults: [String: [String]] = [:]
    for issue in issues where issue["severity"] as? String == "error" {
      faults[issue["location"] as? String ?? "", default: []].append(issue["code"] as? String ?? "")
    }
    return faults
  }

  @Test(
    "the BIDS validator finds no error in the derivatives, and does find one that is put there",
    .needs(.bidsValidator))
  func validator() throws {
    #expect(try place.grisea(Self.command + " --parts").status == 0)
    #expect(place.exists("out/sub-10/anat/sub-10_seg-parts_dseg.nii.gz"))
    let group = try place.grisea("bids ds out group --report --quiet")
    #expect(group.output == ["out/group_volumes.tsv", "out/report.html"])
    // The scans are found by what the sidecars say.
    let page = String(decoding: try place.bytes("out/report.html"), as: UTF8.self)
    #expect(page.components(separatedBy: "<svg class=\"mosaic\"").count == Self.scans.count + 1)
    #expect(try faults("out") == [:])
    let labels = try place.bytes("out/sub-10/anat/sub-10_dseg.nii.gz")
    try place.write(labels, to: "out/sub-10/anat/sub-10_desc-x_acq-y_dseg.nii.gz")
    #expect(try faults("out").keys.contains("/sub-10/anat/sub-10_desc-x_acq-y_dseg.nii.gz"))
  }

  @Test("sample-data is a BIDS dataset, of two participants with a scan each", .needs(.bidsValidator))
  func sampleData() throws {
    try FileManager.default.copyItem(
      atPath: SampleData.repository("sample-data"), toPath: place("sample"))
    #expect(try faults("sample") == [:])
    let outcome = try place.grisea("bids sample found participant --model model.safetensors --quiet")
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(try place.states("found/status.tsv") == ["sub-colin27 done", "sub-mni152 done"])
    #expect(try faults("found") == [:])
  }

  @Test(
    "names of scans are refused where the BIDS validator refuses them",
    .needs(.bidsValidator))
  func names() throws {
    let names = [
      "acq-x", "ce-gad_run-2", "rec-norm_run-02", "run-1_echo-1", "task-rest_acq-a", "part-mag", "acq-a+b",
      "run-one", "acq-a.b", "acq-a-b", "run-1_acq-x", "acq-x_acq-x", "nonsense", "foo-1", "acq-",
      "run-1_run-2",
    ]
    let head = SyntheticHead(shape: [16, 16, 16])
    for name in names { try place.write(head, to: "names/sub-01/anat/sub-01_\(name)_T1w.nii") }
    try place.write(
      "{\"Name\": \"names\", \"BIDSVersion\": \"1.10.0\"}", to: "names/dataset_description.json")
    // What a name promises of a sidecar (an echo's time) is no fault of the name.
    let refused = try faults("names").filter { $0.value != ["SIDECAR_KEY_REQUIRED"] }.keys.compactMap {
      location -> String? in
      let name = location.split(separator: "/").last.map(String.init) ?? ""
      return name.hasSuffix("_T1w.nii") ? String(name.dropLast("_T1w.nii".count)) : nil
    }
    _ = try place.grisea("bids names out participant --model model.safetensors --quiet")
    let failed = try place.table("out/status.tsv").filter { $0["state"] == "failed" }.compactMap {
      $0["subject"]
    }
    #expect(Set(failed) == Set(refused))
    #expect(failed.count > 5 && failed.count < names.count - 5, "there are names of both kinds")
  }
}
