import Foundation
import TestSupport
import Testing

/// What a disk without room costs: the scans that find none, and nothing else.
@Suite(
  "Full disks",
  .enabled(
    if: SmallDisk.obstacle == nil,
    "a small disk cannot be mounted here: \(SmallDisk.obstacle ?? "")"))
struct FullDiskTests {
  private let place: Workplace
  private static let subjects = (1...8).map { "sub-\($0)" }

  init() throws {
    place = try Workplace()
    try SmallModel.write(to: place)
    try place.writeHeads(of: Self.subjects)
    try place.write(
      "grisea preprocess \"${scan}\" --output \"${output}/${item}\" --spacing 2\n", to: "one.pipeline")
  }

  private func grisea(_ words: String, to folder: String) throws -> Workplace.Outcome {
    let scans = Self.subjects.map { "ds/\($0)/anat/\($0)_T1w.nii" }.joined(separator: " ")
    return try place.grisea(words.replacing("SCANS", with: scans).replacing("OUT", with: folder))
  }

  /// Images, which have the same bytes wherever they are written.
  private func images(_ folder: String) throws -> [String: Data] {
    try place.contents(folder).filter { $0.key.hasSuffix(".nii.gz") }
  }

  /// Whether a file has a name as it bears before it is whole; all hidden ones do but those of records and of BIDS.
  private static func isHalf(_ path: String) -> Bool {
    path.split(separator: "/").contains { $0.hasPrefix(".") && ![".grisea", ".bidsignore"].contains($0) }
  }

  /// What a folder takes on a disk of 4 kB pages, each file a page for its name too.
  private func kilobytes(_ folder: String) throws -> Int {
    try place.contents(folder).values.reduce(0) { $0 + 4 * ($1.count / 4096 + 1) }
  }

  @Test(
    "the scans that find no room are named, nothing half-written stays, and with room again they alone are done",
    arguments: [
      "segment SCANS --model model.safetensors --threads 1 --probabilities --output OUT",
      "segment SCANS --model model.safetensors --threads 2 --jobs 2 --output OUT",
      "preprocess SCANS --spacing 1 --threads 2 --output OUT",
      "bids ds OUT participant --model model.safetensors --n-cpus 1",
      "run one.pipeline --each scan=ds/sub-*/anat/*_T1w.nii --jobs 2 --output OUT",
    ])
  func batch(command: String) throws {
    #expect(try grisea(command, to: "whole").status == 0)
    let whole = try images("whole")
    let size = try kilobytes("whole")
    let disk = try SmallDisk(at: place("out"), kilobytes: size * 6 / 10)
    defer { withExtendedLifetime(disk) {} }
    let full = try grisea(command, to: "out")
    #expect(full.status == 1)
    let complaints = full.error.filter { $0.contains(": no space left on device") }
    #expect(!complaints.isEmpty, "\(full.error)")
    for line in complaints { #expect(line.contains("out/"), "it names the file: \(line)") }
    // Whatever bears a result's name is that result, whole, and no half of one is left.
    let left = try images("out")
    #expect(!left.isEmpty && left.count < whole.count)
    for (name, content) in left { #expect(content == whole[name], "\(name)") }
    #expect(try place.contents("out").keys.allSatisfy { !Self.isHalf($0) })

    try disk.grow(toKilobytes: size * 3)
    let again = try grisea(command, to: "out")
    #expect(again.status == 0, "\(again.error)")
    #expect(try images("out") == whole)
    let states = try place.table("out/status.tsv").map { $0["state"] ?? "" }
    #expect(states.count == Self.subjects.count)
    #expect(Set(states) == ["done", "skipped"], "what was done before is not done again")
  }

  @Test("a disk without any room at all is one line")
  func none() throws {
    let disk = try SmallDisk(at: place("out"), kilobytes: 4)
    defer { withExtendedLifetime(disk) {} }
    try place.write(Data(count: 4096), to: "out/filler")
    for command in ["segment SCANS --model model.safetensors --output OUT", "preprocess SCANS --output OUT"] {
      let outcome = try grisea(command + " --quiet", to: "out")
      #expect(outcome.status == 1)
      #expect(
        outcome.error == ["out/status.tsv: cannot be written: no space left on device"], "\(command)")
    }
    #expect(try place.results("out").keys.sorted() == ["filler"])
    try disk.grow(toKilobytes: 4096)
    #expect(try grisea("preprocess SCANS --output OUT", to: "out").status == 0)
  }

  @Test("a training that finds no room ends in one line, and trains when there is some")
  func train() throws {
    try place.writeDataset(1...2)
    let disk = try SmallDisk(at: place("out"), kilobytes: 12)
    defer { withExtendedLifetime(disk) {} }
    let command = SmallModel.training + " --epochs 3 --output out/m.safetensors"
    let full = try place.grisea(command)
    #expect(full.status == 1)
    #expect(full.error.count == 1, "\(full.error)")
    #expect(full.error.first?.hasPrefix("out/m.") == true, "\(full.error)")
    #expect(full.error.first?.hasSuffix("no space left on device") == true, "\(full.error)")
    #expect(try place.contents("out").keys.allSatisfy { $0 == "m.log.tsv" })
    try disk.grow(toKilobytes: 4096)
    #expect(try place.grisea(command).status == 0)
    #expect(
      try place.grisea(command.replacing("out/", with: "")).status == 0
        && place.bytes("out/m.safetensors") == place.bytes("m.safetensors"))
  }
}
