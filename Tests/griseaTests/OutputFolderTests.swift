import Foundation
import TestSupport
import Testing

/// Where `segment` and `preprocess` cannot write, and `train` neither.
@Suite("Output folders")
struct OutputFolderTests {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    try SmallModel.write(to: place)
    try place.writeDataset(1...1)
    try place.write("", to: "file")
  }

  static let commands = [
    "preprocess data/sub-1_T1w.nii", "segment data/sub-1_T1w.nii --model model.safetensors --threads 1",
  ]

  @Test("a missing folder is made with its parents", arguments: commands)
  func parents(command: String) throws {
    let outcome = try place.grisea(command + " --quiet --output new/deep/out")
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(try place.states("new/deep/out/status.tsv") == ["sub-1 done"])
  }

  @Test("a file in the folder's place is left alone", arguments: commands)
  func file(command: String) throws {
    let outcome = try place.grisea(command + " --quiet --output file")
    #expect(outcome.status == 1)
    #expect(outcome.error == ["file: found a file, needed a folder"])
    #expect(try place.bytes("file").isEmpty)
  }

  @Test(
    "a folder without permission to write is one line",
    .enabled(if: OtherUser.obstacle == nil, "no user whose permissions apply can run the tests"),
    arguments: commands)
  func noPermission(command: String) throws {
    try FileManager.default.createDirectory(
      atPath: place("shut"), withIntermediateDirectories: false, attributes: [.posixPermissions: 0o555])
    let outcome = try place.griseaAsOtherUser(command + " --quiet --output shut")
    #expect(outcome.status == 1)
    #expect(outcome.error == ["shut: no permission to write to this folder; choose another --output"])
    let training = try place.griseaAsOtherUser(
      SmallModel.training + " --epochs 1 --output shut/m.safetensors")
    #expect(training.status == 1)
    #expect(training.error == ["shut: no permission to write to this folder; choose another --output"])
  }

  @Test(
    "a folder that cannot be made is one line, which names the folder without permission",
    .enabled(if: OtherUser.obstacle == nil, "no user whose permissions apply can run the tests"),
    arguments: commands)
  func noPermissionToMake(command: String) throws {
    try FileManager.default.createDirectory(
      atPath: place("shut"), withIntermediateDirectories: false, attributes: [.posixPermissions: 0o555])
    let reason = "cannot be created, because there is no permission to write to shut; choose another --output"
    let outcome = try place.griseaAsOtherUser(command + " --quiet --output shut/new/out")
    #expect(outcome.status == 1)
    #expect(outcome.error == ["shut/new/out: \(reason)"])
    let training = try place.griseaAsOtherUser(
      SmallModel.training + " --epochs 1000000 --output shut/new/m.safetensors")
    #expect(training.status == 1)
    #expect(training.error == ["shut/new: \(reason)"])
  }

  @Test("a dry run makes no folder")
  func dryRun() throws {
    let words = "segment data/sub-1_T1w.nii --model model.safetensors --dry-run --output new/out"
    #expect(try place.grisea(words).status == 0)
    #expect(try place.grisea(words + " --executor slurm").status == 0)
    #expect(!place.exists("new"))
  }
}
