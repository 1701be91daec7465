import Foundation
import TestSupport
import Testing

/// Files and folders that may not be read: each costs its own scan, and a line that names it.
@Suite(
  "Permissions",
  .enabled(
    if: OtherUser.obstacle == nil,
    "no user whose permissions apply can run the tests: \(OtherUser.obstacle ?? "")"))
struct PermissionTests {
  private let place: Workplace
  private static let subjects = (1...3).map { "sub-\($0)" }

  init() throws {
    place = try Workplace()
    try SmallModel.write(to: place)
    try place.writeHeads(of: Self.subjects)
    try place.write(
      "grisea preprocess \"${scan}\" --output \"${output}/${item}\" --spacing 2\n", to: "one.pipeline")
  }

  private func grisea(_ words: String) throws -> Workplace.Outcome {
    let scans = Self.subjects.map { "ds/\($0)/anat/\($0)_T1w.nii" }.joined(separator: " ")
    return try place.griseaAsOtherUser(words.replacing("SCANS", with: scans))
  }

  static let commands = [
    "segment SCANS --model model.safetensors --threads 1 --output out",
    "preprocess SCANS --threads 1 --output out",
    "bids ds out participant --model model.safetensors --n-cpus 1",
    "run one.pipeline --each scan=ds/sub-*/anat/*_T1w.nii --output out",
  ]

  @Test(
    "a scan that may not be read is named, the others are done, and it alone is done later",
    arguments: commands)
  func file(command: String) throws {
    let scan = "ds/sub-2/anat/sub-2_T1w.nii"
    try place.permit(0o000, scan)
    let outcome = try grisea(command)
    #expect(outcome.status == 1)
    #expect(
      outcome.error.contains { $0.contains("\(scan): cannot be read: permission denied") }, "\(outcome.error)"
    )
    #expect(try place.states() == ["sub-1 done", "sub-2 failed", "sub-3 done"])
    try place.permit(0o644, scan)
    #expect(try grisea(command).status == 0)
    #expect(try place.states() == ["sub-1 skipped", "sub-2 done", "sub-3 skipped"])
  }

  @Test("so is a scan in a folder that may not be read", arguments: commands)
  func folder(command: String) throws {
    let folder = "ds/sub-2/anat"
    try place.permit(0o000, folder)
    let outcome = try grisea(command)
    #expect(outcome.status == 1)
    #expect(
      outcome.error.contains { $0.contains(folder) && $0.contains("cannot be read: permission denied") },
      "\(outcome.error)")
    let done = try place.states().filter { $0.hasSuffix(" done") }
    #expect(done == ["sub-1 done", "sub-3 done"])
    try place.permit(0o755, folder)
    #expect(try grisea(command).status == 0)
    #expect(try place.states() == ["sub-1 skipped", "sub-2 done", "sub-3 skipped"])
  }

  @Test(
    "a result of an earlier batch without permission to read is made again",
    arguments: ["segment SCANS --model model.safetensors --threads 1", "preprocess SCANS --threads 1"])
  func result(command: String) throws {
    let command = command + " --output out"
    #expect(try grisea(command).status == 0)
    let whole = try place.results("out")
    let name = try #require(whole.keys.sorted().first { $0.hasPrefix("sub-2_") && $0.hasSuffix(".nii.gz") })
    try place.permit(0o000, "out/" + name)
    let outcome = try grisea(command)
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(try place.states() == ["sub-1 skipped", "sub-2 done", "sub-3 skipped"])
    #expect(try place.results("out") == whole)
  }

  @Test("a model and a reference that may not be read are one line")
  func others() throws {
    try place.permit(0o000, "model.safetensors")
    let segment = try grisea("segment SCANS --model model.safetensors --output out")
    #expect(segment.status == 1)
    #expect(segment.error == ["model.safetensors: cannot be read: permission denied"])
    try place.permit(0o000, "ds/sub-1/anat/sub-1_T1w.nii")
    let preprocess = try grisea("preprocess SCANS --match ds/sub-1/anat/sub-1_T1w.nii --output out")
    #expect(preprocess.status == 1)
    #expect(preprocess.error == ["ds/sub-1/anat/sub-1_T1w.nii: cannot be read: permission denied"])
    #expect(!place.exists("out"))
    try place.write("", to: "out/status.tsv")
    try place.permit(0o777, "out")
    try place.permit(0o000, "out/status.tsv")
    let table = try grisea("preprocess SCANS --output out")
    #expect(table.status == 1)
    #expect(table.error == ["out/status.tsv: cannot be read: permission denied"])
  }
}
