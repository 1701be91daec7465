import Foundation
import Imaging
import TestSupport
import Testing

/// Folders, quoted patterns and lists as inputs, which all commands understand in one way.
@Suite("Inputs of commands")
struct InputsTests {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    try SmallModel.write(to: place)
    for subject in 1...2 {
      try place.write(SyntheticHead(number: subject), to: "raw/s\(subject)/mri/T1.nii")
      try place.write(SyntheticHead(number: subject), to: "bids/sub-\(subject)/anat/sub-\(subject)_T1w.nii")
    }
    try place.write("no image", to: "bids/sub-1/anat/sub-1_dseg.nii")
    try place.write("", to: "empty/notes.txt")
  }

  private static let model = ["--model", "model.safetensors", "--threads", "1"]

  private func segment(_ words: [String], to output: String = "out") throws -> Workplace.Outcome {
    try place.run("grisea", ["segment"] + words + Self.model + ["--output", output])
  }

  @Test(
    "a folder, a pattern, and a list mean the same scans",
    arguments: [["bids"], ["bids/**/*_T1w.nii"], ["bids/sub-*"], ["bids/sub-1", "bids/sub-2/anat/*.nii"]])
  func same(words: [String]) throws {
    #expect(try segment(words).status == 0)
    #expect(try place.states() == ["sub-1 done", "sub-2 done"])
    try place.write("# two scans\n\nbids/sub-1/anat/sub-1_T1w.nii\r\nbids/sub-2\n", to: "list.txt")
    let again = try segment(["--list", "list.txt"])
    #expect(again.status == 0)
    #expect(try place.states() == ["sub-1 skipped", "sub-2 skipped"], "\(again.error)")
    // An image that is named twice is one image.
    #expect(
      try segment(words + ["bids/sub-1/anat/../anat/sub-1_T1w.nii"]).error.contains("2 skipped: unchanged"))
  }

  @Test("files of one name are named after their folders, and the log says so")
  func folderNames() throws {
    for words in [["raw/s1/mri/T1.nii", "raw/s2/mri/T1.nii"], ["raw"], ["raw/*/mri/T1.nii"]] {
      let outcome = try segment(words)
      #expect(outcome.status == 0)
      #expect(
        outcome.error.contains {
          $0.hasPrefix("2 files share their names with others") && $0.hasSuffix("raw/s1/mri/T1.nii is s1_T1")
        }, "\(outcome.error)")
    }
    #expect(try place.states() == ["s1_T1 skipped", "s2_T1 skipped"])
    #expect(try place.table("out/volumes.tsv").map { $0["subject"] } == ["s1_T1", "s2_T1"])
    #expect(place.exists("out/s2_T1_dseg.nii.gz"))
    let report = try segment(["raw", "--report"])
    #expect(report.status == 0 && place.exists("out/report.html"), "\(report.error)")
    let prepared = try place.grisea("preprocess raw --spacing 4 --quiet --output prepared")
    #expect(
      prepared.output == ["prepared/s1_T1_desc-preproc_T1w.nii.gz", "prepared/s2_T1_desc-preproc_T1w.nii.gz"])
  }

  @Test("a list gives names; a shard and a work list keep them")
  func names() throws {
    try place.write("raw/s1/mri/T1.nii\tfirst\nraw/s2/mri/T1.nii\tsub-2_ses-1\n", to: "list.txt")
    for shard in 1...2 { #expect(try segment(["--list", "list.txt", "--shard", "\(shard)/2"]).status == 0) }
    #expect(try place.grisea("collect out").status == 0)
    #expect(try place.states() == ["first done", "sub-2_ses-1 done"])
    try place.write("first\traw/s1/mri/T1.nii\n", to: "work.tsv")
    #expect(try segment(["gone/*.nii", "--work-list", "work.tsv"]).status == 0)
    #expect(try place.states() == ["first skipped", "sub-2_ses-1 done"])
  }

  static let lists: [(text: String, reason: String)] = [
    ("", "list.txt: found no line with a path, needed at least one"),
    ("a\tb\tc\n", "list.txt:1: needed a path, or a path, a tab and a name"),
    ("\na.nii\tx/y\n", "list.txt:2: 'x/y' cannot begin the names of results"),
    ("bids\tall\n", "bids: the name all needs one file, and this is a folder or a pattern"),
    ("none/*.nii\n", "none/*.nii: no file found"),
  ]

  @Test("a list that cannot be used is one line, and nothing is made", arguments: lists)
  func badList(text: String, reason: String) throws {
    try place.write(text, to: "list.txt")
    let outcome = try segment(["--list", "list.txt"])
    #expect(outcome.status == 1)
    #expect(outcome.error.count == 1 && outcome.error[0].hasPrefix(reason), "\(outcome.error)")
    #expect(!place.exists("out"))
  }

  @Test("two images with one name that no folder distinguishes are wrong usage")
  func sameName() throws {
    try FileManager.default.copyItem(
      atPath: place("raw/s1/mri/T1.nii"), toPath: place("raw/s1/mri/T1.img.nii"))
    try place.write("raw/s1/mri/T1.nii\tone\nraw/s2/mri/T1.nii\tone\n", to: "list.txt")
    let outcome = try segment(["--list", "list.txt"])
    #expect(outcome.status == 64)
    #expect(
      outcome.error[0].hasPrefix(
        "Error: raw/s1/mri/T1.nii and raw/s2/mri/T1.nii would both be written as one_…"))
    #expect(!place.exists("out"))
  }

  @Test("a folder without scans is one sentence; among others it costs only itself")
  func emptyFolder() throws {
    let alone = try segment(["empty"])
    #expect(alone.status == 1)
    #expect(alone.error.count == 1 && alone.error[0].hasPrefix("empty: no NIfTI file (.nii or .nii.gz)"))
    let among = try segment(["empty", "bids"])
    #expect(among.status == 1)
    #expect(try place.states() == ["empty failed", "sub-1 done", "sub-2 done"])
  }

  @Test(
    "every command reads a folder and a pattern",
    arguments: [
      "inspect IN", "register IN --template raw/s1/mri/T1.nii --output out", "preprocess IN --output out",
      "segment IN --model model.safetensors --dry-run --output out",
    ])
  func everywhere(command: String) throws {
    let words = ["raw", "raw/**/T1.nii"].map { word in
      command.split(separator: " ").map { $0 == "IN" ? word : String($0) }
    }
    let outcomes = try words.map { try place.run("grisea", $0) }
    for outcome in outcomes { #expect(outcome.status == 0, "\(outcome.error)") }
    #expect(outcomes[0].output == outcomes[1].output && !outcomes[0].output.isEmpty)
  }

  @Test(
    "a command without any image is wrong usage", arguments: ["segment", "preprocess", "inspect", "register"])
  func none(command: String) throws {
    let rest = command == "register" ? ["--template", "t.nii"] : []
    let outcome = try place.run("grisea", [command] + rest + (command == "inspect" ? [] : ["--output", "o"]))
    #expect(outcome.status == 64)
    #expect(outcome.error.first == "Error: Missing expected argument '<images> ...'")
  }

  @Test("a pipeline declares the files of a folder that is there, and reads one that an earlier stage makes")
  func pipeline() throws {
    try place.write(
      """
      grisea preprocess bids --spacing 4 --output prepared --quiet
      grisea inspect prepared
      grisea inspect "prepared/**/*_T1w.nii.gz"

      """, to: "two.pipeline")
    let outcome = try place.grisea("run two.pipeline")
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(outcome.output.count { $0.hasPrefix("prepared/sub-") } >= 4)
    #expect(try place.grisea("run two.pipeline --dry-run").output[1].contains("unchanged"))
  }

  @Test("a FreeSurfer volume has the mask of its NIfTI twin", .needs(.nibabel))
  func freeSurfer() throws {
    let script = """
      import sys, numpy as np, nibabel as nib
      scan = nib.load(sys.argv[1])
      data = np.rint(scan.get_fdata()).astype(np.int16)
      nib.MGHImage(data, scan.affine).to_filename(sys.argv[2])
      nib.Nifti1Image(data, scan.affine).to_filename(sys.argv[3])
      """
    for name in ["fs", "ni"] { try place.write("", to: name + "/.made") }
    _ = try Python.run(script, [place("raw/s1/mri/T1.nii"), place("fs/a.mgz"), place("ni/a.nii.gz")])
    #expect(try segment(["fs/a.mgz"], to: "x").status == 0)
    #expect(try segment(["ni/a.nii.gz"], to: "y").status == 0)
    for name in ["a_dseg.nii.gz", "a_label-GM_mask.nii.gz"] {
      let (mine, twin) = (
        try NIfTIImage(contentsOf: place("x/" + name)), try NIfTIImage(contentsOf: place("y/" + name))
      )
      #expect(mine.volume == twin.volume && mine.volume.voxels.contains { $0 > 0 }, "\(name)")
    }
    #expect(try place.bytes("x/volumes.tsv") == place.bytes("y/volumes.tsv"))
    #expect(try segment(["fs/a.mgz"], to: "x").error.contains("1 skipped: unchanged"))
  }
}
