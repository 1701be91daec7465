import Foundation
import TestSupport
import Testing

@Suite("grisea train --folds")
struct FoldsTests {
  private let place: Workplace
  private static let command = SmallModel.training + " --epochs 4 --folds 3 --output cv"

  init() throws {
    place = try Workplace()
    try place.writeDataset(1...7)
  }

  private func rows(_ name: String) throws -> [[String]] {
    String(decoding: try place.bytes(name), as: UTF8.self).split(separator: "\n").map {
      $0.split(separator: "\t").map(String.init)
    }
  }

  @Test("each subject is segmented once, by a model that has not seen it, and stands in the one table")
  func folds() throws {
    let outcome = try place.grisea(Self.command)
    #expect(outcome.status == 0, "\(outcome.error)")
    var heldOut: [String] = []
    for fold in 1...3 {
      let held = try rows("cv/fold-\(fold).held-out").map { $0[0] }
      heldOut += held
      let taught = try rows("cv/fold-\(fold).tsv").dropFirst().map { $0[2] }
      #expect(Set(taught).isDisjoint(with: held) && Set(taught + held).count == 7)
      // The model itself says whom it has seen, and what it says is what oracle and user can read in its file.
      let model = String(
        decoding: try place.bytes("cv/fold-\(fold)/model.safetensors").prefix(20_000), as: UTF8.self)
      for subject in held {
        #expect(!model.contains("\\\"\(subject)\\\""), "\(subject)")
        #expect(place.exists("cv/fold-\(fold)/\(subject)_dseg.nii.gz"))
      }
      for subject in taught { #expect(model.contains("\\\"\(subject)\\\""), "\(subject)") }
    }
    #expect(heldOut.sorted() == (1...7).map { "sub-\($0)" })
    let scored = Set(
      try place.table("cv/scores.tsv").compactMap { $0["subject"] }.filter { $0.hasPrefix("sub-") })
    #expect(scored == Set(heldOut))
  }

  @Test("a fold is the training and the segmentation that one would type oneself")
  func law() throws {
    #expect(try place.grisea(Self.command).status == 0)
    let training =
      "train --pairs cv/fold-2.tsv "
      + SmallModel.training.split(separator: " ").dropFirst(5).joined(separator: " ")
    #expect(try place.grisea(training + " --epochs 4 --output own.safetensors").status == 0)
    #expect(try place.bytes("own.safetensors") == place.bytes("cv/fold-2/model.safetensors"))
    let held = try rows("cv/fold-2.held-out").map { $0[1] }
    #expect(
      try place.run("grisea", ["segment", "--model", "own.safetensors", "--output", "own"] + held).status == 0
    )
    for scan in held {
      let name = (scan as NSString).lastPathComponent.replacing("_T1w.nii", with: "_dseg.nii.gz")
      #expect(try place.bytes("own/\(name)") == place.bytes("cv/fold-2/\(name)"))
    }
    try place.write("", to: "reference/.keep")
    #expect(
      try place.grisea("evaluate --prediction own --reference data/*_dseg.nii.gz --output own.tsv").status
        == 1)
    let own = try place.table("own.tsv").filter { $0["subject"]?.hasPrefix("sub-") == true }
    let all = try place.table("cv/scores.tsv")
    for row in own { #expect(all.contains(row)) }
    #expect(own.count == 3 * held.count)
  }

  @Test(
    "parts by hand, which begin at the same time, and the command once more are the undivided cross-validation"
  )
  func parts() throws {
    #expect(try place.grisea(Self.command).status == 0)
    let command = Self.command.replacing("--output cv", with: "--output parts")
    let parts = try (1...2).map { index in
      try place.start("grisea", (command + " --shard \(index)/2").split(separator: " ").map(String.init))
    }
    #expect(try parts.map { try $0.outcome().status } == [0, 0])
    #expect(try place.grisea("collect parts").output.last == "parts/status.tsv")
    #expect(try place.bytes("parts/scores.tsv") == place.bytes("cv/scores.tsv"))
    #expect(try place.grisea(command).status == 0)
    #expect(try place.states("parts/status.tsv") == ["fold-1 skipped", "fold-2 skipped", "fold-3 skipped"])
    #expect(try place.bytes("parts/scores.tsv") == place.bytes("cv/scores.tsv"))
  }

  @Test("called again it trains nothing, and after an interruption what is missing")
  func again() throws {
    #expect(try place.grisea(Self.command).status == 0)
    let before = try place.results("cv").filter { !$0.key.hasPrefix("provenance") }
    #expect(try place.grisea(Self.command).status == 0)
    #expect(try place.states("cv/status.tsv") == ["fold-1 skipped", "fold-2 skipped", "fold-3 skipped"])
    try FileManager.default.removeItem(atPath: place("cv/fold-3/model.safetensors"))
    #expect(try place.grisea(Self.command).status == 0)
    #expect(try place.states("cv/status.tsv") == ["fold-1 skipped", "fold-2 skipped", "fold-3 done"])
    let after = try place.results("cv").filter { !$0.key.hasPrefix("provenance") }
    for (name, content) in before where !name.hasSuffix(".log.tsv") {
      #expect(after[name] == content, "\(name)")
    }
  }

  @Test("a fold that was interrupted starts from the beginning if its labels have changed")
  func changedLabels() throws {
    let words = SmallModel.training + " --epochs 60 --folds 2 --output "
    let started = try place.start("grisea", (words + "cv").split(separator: " ").map(String.init))
    let status = try started.kill(watching: place.path) {
      place.exists("cv/fold-1/model.checkpoint.safetensors")
    }
    #expect(status == 128 + SIGKILL)
    let subject = try rows("cv/fold-1.tsv")[1][2]
    try place.write(
      SyntheticHead(number: 20).labels, like: "data/\(subject)_T1w.nii", to: "data/\(subject)_dseg.nii.gz")
    let outcome = try place.grisea(words + "cv")
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(try place.grisea(words + "fresh").status == 0)
    for fold in 1...2 {
      let model = "fold-\(fold)/model.safetensors"
      #expect(try place.bytes("cv/" + model) == place.bytes("fresh/" + model), "\(fold)")
    }
  }

  @Test(
    "tables of the user in the folder stay, and are no folds; where one has the name of a fold, nothing is done"
  )
  func ownFiles() throws {
    let own = "image\tlabel\nx.nii\ty.nii\n"
    try place.write(own, to: "cv/fold-old.tsv")
    try place.write(own, to: "cv/fold-9.tsv")
    #expect(try place.grisea(Self.command).status == 0)
    #expect(try place.states("cv/status.tsv") == ["fold-1 done", "fold-2 done", "fold-3 done"])
    for name in ["cv/fold-old.tsv", "cv/fold-9.tsv"] {
      #expect(String(decoding: try place.bytes(name), as: UTF8.self) == own)
    }
    try place.write(own, to: "mine/fold-2.tsv")
    let refused = try place.grisea(Self.command.replacing("cv", with: "mine"))
    #expect(refused.status == 1)
    #expect(refused.error.count == 1 && refused.error[0].hasPrefix("mine/fold-2.tsv: "), "\(refused.error)")
    #expect(try place.contents("mine").keys.sorted() == ["fold-2.tsv"])
    #expect(String(decoding: try place.bytes("mine/fold-2.tsv"), as: UTF8.self) == own)
  }

  @Test("fewer folds than before are those folds, whatever the earlier division has left")
  func fewer() throws {
    #expect(try place.grisea(Self.command).status == 0)
    #expect(try place.grisea(Self.command.replacing("--folds 3", with: "--folds 2")).status == 0)
    let held = try (1...2).flatMap { try rows("cv/fold-\($0).held-out").map { $0[0] } }
    #expect(held.sorted() == (1...7).map { "sub-\($0)" })
    #expect(try Set(place.table("cv/scores.tsv").compactMap { $0["subject"] }).isSuperset(of: held))
  }

  static let mistakes = [
    ("--folds 1", "needed at least 2"), ("--folds 8", "there are 7 subjects"),
    ("--folds 2 --label-maps data/*_dseg.nii.gz", "none can be held out"),
  ]

  @Test("folds that cannot be are refused", arguments: mistakes)
  func mistake(words: String, message: String) throws {
    let outcome = try place.grisea(SmallModel.training + " --epochs 1 --output cv \(words)")
    #expect(outcome.status == 64)
    #expect(outcome.error.joined(separator: " ").contains(message), "\(outcome.error)")
  }
}
