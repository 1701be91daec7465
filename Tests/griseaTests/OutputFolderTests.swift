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

  @Test("a folder whose parent is missing is not made", arguments: commands)
  func noParent(command: String) throws {
    let outcome = try place.grisea(command + " --quiet --output no/out")
    #expect(outcome.status == 1)
    #expect(
      outcome.error == ["no/out: its folder no does not exist; create it first or choose another --output"])
    #expect(!place.exists("no"))
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

  @Test("train says so before it has trained")
  func train() throws {
    let outcome = try place.grisea(SmallModel.training + " --epochs 1000000 --output no/m.safetensors")
    #expect(outcome.status == 1)
    #expect(outcome.error.count == 1)
    #expect(outcome.error.first?.hasPrefix("no/m.safetensors: its folder no does not exist") == true)
  }

  @Test("two inputs with one output name are wrong usage", arguments: commands)
  func sameName(command: String) throws {
    let outcome = try place.grisea(command + " other/sub-1_T1w.nii.gz --output out")
    #expect(outcome.status == 64)
    #expect(
      outcome.error.first?.contains(
        "data/sub-1_T1w.nii and other/sub-1_T1w.nii.gz would both be written as sub-1_") == true)
    #expect(!place.exists("out"))
  }
}
