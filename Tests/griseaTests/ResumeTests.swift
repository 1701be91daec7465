import Foundation
import Imaging
import TestSupport
import Testing

/// `segment` called again does what is missing or stale, says why, and leaves the rest alone.
@Suite("grisea segment, again")
struct ResumeTests {
  private let place: Workplace
  private static let command = command(to: "out")

  private static func command(to folder: String) -> String {
    "segment a_T1w.nii b_T1w.nii c_T1w.nii --model model.safetensors --output \(folder)"
  }

  init() throws {
    place = try Workplace()
    try SmallModel.write(to: place)
    for (number, name) in ["a", "b", "c"].enumerated() {
      try place.write(SyntheticHead(number: number), to: "\(name)_T1w.nii")
    }
    #expect(try segment().status == 0)
  }

  private func segment(_ options: String = "", _ command: String = ResumeTests.command) throws
    -> Workplace.Outcome
  {
    try place.grisea("\(command) --threads 2 \(options)")
  }

  /// Which files were made: a file that is replaced has another inode.
  private func inodes(_ folder: String = "out") throws -> [String: Int] {
    var inodes: [String: Int] = [:]
    for name in try place.results(folder).keys {
      var facts = stat()
      try #require(stat(place(folder + "/" + name), &facts) == 0)
      inodes[name] = Int(facts.st_ino)
    }
    return inodes
  }

  /// What stands before the remark that these heads by formula are no brains.
  private func reason(_ subject: String) throws -> String? {
    let cell = try place.table("out/status.tsv").first { $0["subject"] == subject }?["reason"]
    return cell?.components(separatedBy: "; low quality ").first
  }

  @Test("results of the scan of before, which are not asked for now, are removed")
  func outdated() throws {
    #expect(try segment("--probabilities", Self.command(to: "other")).status == 0)
    // Of the same scan and model they stay.
    #expect(try segment("--force", Self.command(to: "other")).status == 0)
    #expect(place.exists("other/a_label-GM_probseg.nii.gz"))
    try place.write(SyntheticHead(number: 7), to: "a_T1w.nii")
    #expect(try segment("", Self.command(to: "other")).status == 0)
    #expect(!place.exists("other/a_label-GM_probseg.nii.gz") && place.exists("other/a_dseg.nii.gz"))
    #expect(place.exists("other/b_label-GM_probseg.nii.gz"))
  }

  @Test("nothing is done again where nothing has changed; the paths are printed all the same")
  func unchanged() throws {
    let (before, files) = (try inodes(), try place.results("out"))
    let first = try segment("--anew", Self.command(to: "other"))
    let again = try segment()
    #expect(again.status == 0)
    #expect(again.output == first.output.map { $0.replacing("other/", with: "out/") })
    #expect(try inodes() == before && place.results("out") == files)
    #expect(try place.states() == ["a skipped", "b skipped", "c skipped"])
    #expect(try reason("a") == "unchanged")
    #expect(again.error.contains("3 skipped: unchanged"), "\(again.error)")
  }

  @Test(
    "a scan that changed is processed again, and the reason is reported; one that is only rewritten is not")
  func input() throws {
    let before = try inodes()
    try place.write(SyntheticHead(number: 7), to: "b_T1w.nii")
    try place.write(place.bytes("c_T1w.nii"), to: "c_T1w.nii")
    let outcome = try segment()
    #expect(outcome.status == 0)
    #expect(outcome.error.contains("b: again, because input b_T1w.nii changed"), "\(outcome.error)")
    #expect(try place.states() == ["a skipped", "b done", "c skipped"])
    #expect(try reason("b") == "input b_T1w.nii changed")
    let after = try inodes()
    for (name, inode) in before where name != "volumes.tsv" {
      #expect((after[name] == inode) == !name.hasPrefix("b_"), "\(name)")
    }
    #expect(try segment("", Self.command(to: "fresh")).status == 0)
    #expect(try place.results("out") == place.results("fresh"))
  }

  @Test("outputs that are gone, cut short or on another grid are made again, the others are not")
  func outputs() throws {
    let whole = try place.results("out")
    try FileManager.default.removeItem(atPath: place("out/a_desc-brain_mask.nii.gz"))
    let labels = try place.bytes("out/b_dseg.nii.gz")
    try place.write(labels.prefix(labels.count / 2), to: "out/b_dseg.nii.gz")
    let grid = Grid(shape: [3, 3, 3], affine: Affine(spacing: .one))
    try LabelMap(grid: grid, repeating: 1).write(to: place("out/c_label-GM_mask.nii.gz"))
    #expect(try segment().status == 0)
    #expect(try reason("a") == "output out/a_desc-brain_mask.nii.gz is missing")
    #expect(try reason("b") == "output out/b_dseg.nii.gz changed")
    #expect(try reason("c") == "output out/c_label-GM_mask.nii.gz changed")
    #expect(try place.results("out") == whole)
    try FileManager.default.removeItem(atPath: place("out/b_dseg.json"))
    #expect(try segment().status == 0)
    #expect(try place.states() == ["a skipped", "b done", "c skipped"])
  }

  @Test("another model and other arguments do all again; another number of threads does nothing")
  func recipe() throws {
    #expect(try segment("--threads 1").status == 0)
    #expect(try place.states() == ["a skipped", "b skipped", "c skipped"])
    #expect(try segment("--no-largest-component").status == 0)
    #expect(try reason("c") == "arguments changed")
    let training = SmallModel.training.replacing("--seed 1", with: "--seed 2")
    try place.writeDataset(1...2)
    #expect(try place.grisea(training + " --epochs 1 --output model.safetensors").status == 0)
    #expect(try segment("--no-largest-component").status == 0)
    #expect(try reason("a") == "model changed")
    #expect(try segment("--no-largest-component --anew").status == 0)
    #expect(try place.states() == ["a done", "b done", "c done"])
  }

  /// The names of files that were made by a command, though they were there or not there before.
  private func made(since before: [String: Int]) throws -> [String] {
    try inodes().filter { before[$0.key] != $0.value }.keys.sorted()
  }

  @Test("a picture and a report that are asked for later are made of what is there, without the network")
  func pictureLater() throws {
    let before = try inodes()
    let outcome = try segment("--picture --report")
    #expect(outcome.status == 0)
    #expect(
      outcome.error.contains("b: only what is missing: output out/b_dseg.png is missing"), "\(outcome.error)")
    #expect(try reason("b") == "output out/b_dseg.png is missing")
    let pictures = ["a_dseg.png", "b_dseg.png", "c_dseg.png"]
    #expect(try Set(made(since: before)).subtracting(["volumes.tsv"]) == Set(pictures + ["report.html"]))
    #expect(try segment("--picture", Self.command(to: "fresh")).status == 0)
    var found = try place.results("out")
    found["report.html"] = nil
    #expect(try found == place.results("fresh"))
    #expect(try segment("--picture").error.contains("3 skipped: unchanged"))
    // A picture is still up to date after a batch that did not ask for it.
    #expect(try segment().error.contains("3 skipped: unchanged"))
    #expect(try segment("--picture").error.contains("3 skipped: unchanged"))
    try FileManager.default.removeItem(atPath: place("out/a_dseg.png"))
    let again = try inodes()
    #expect(try segment("--picture").status == 0)
    #expect(try made(since: again).filter { $0 != "volumes.tsv" } == ["a_dseg.png"])
  }

  @Test("parts that are asked for later are those of the labels that are there")
  func partsLater() throws {
    let before = try inodes()
    #expect(try segment("--parts").status == 0)
    let names = ["a", "b", "c"].flatMap { ["\($0)_seg-parts_dseg.json", "\($0)_seg-parts_dseg.nii.gz"] }
    #expect(try made(since: before) == names + ["volumes.tsv"])
    #expect(try segment("--parts", Self.command(to: "fresh")).status == 0)
    #expect(try place.results("out") == place.results("fresh"))
    #expect(try segment("--parts").error.contains("3 skipped: unchanged"))
  }

  @Test("probabilities that are asked for later need the network again, and the log says so")
  func probabilitiesLater() throws {
    let outcome = try segment("--probabilities")
    #expect(
      outcome.error.contains("a: again, because output out/a_label-GM_probseg.nii.gz is missing"),
      "\(outcome.error)")
    #expect(try segment("--probabilities", Self.command(to: "fresh")).status == 0)
    #expect(try place.results("out") == place.results("fresh"))
  }

  @Test("a row of a scan that is up to date keeps the time and the memory of the work")
  func costs() throws {
    func costs() throws -> [[String?]] {
      try place.table("out/status.tsv").map { [$0["subject"], $0["seconds"], $0["peak_mb"]] }
    }
    let before = try costs()
    #expect(before.allSatisfy { $0.compactMap { $0.flatMap(Double.init) }.count == 2 }, "\(before)")
    for _ in 1...2 {
      #expect(try segment().status == 0)
      #expect(try costs() == before)
    }
  }

  @Test("another build of the program does all again, be its version the same")
  func program() throws {
    // Bytes behind an executable's own are passed over when it is run, and make it another file.
    let build = "cp \"$(command -v grisea)\" other && echo >> other && ./other "
    let outcome = try place.run("sh", ["-euc", build + Self.command + " --threads 2"])
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(try place.states() == ["a done", "b done", "c done"])
    #expect(try reason("b")?.hasPrefix("program changed (another build of ") == true)
  }

  @Test("results that were copied are known by their content, and a lost row of volumes comes back")
  func copied() throws {
    #expect(try place.run("cp", ["-r", "out", "copy"]).status == 0)
    let before = try inodes("copy")
    let table = try place.bytes("copy/volumes.tsv")
    let rows = String(decoding: table, as: UTF8.self).split(separator: "\n")
    try place.write(
      rows.filter { !$0.hasPrefix("b\t") }.joined(separator: "\n") + "\n", to: "copy/volumes.tsv")
    #expect(try segment("", Self.command(to: "copy")).status == 0)
    #expect(try place.states("copy/status.tsv") == ["a skipped", "b skipped", "c skipped"])
    #expect(try place.bytes("copy/volumes.tsv") == table)
    for (name, inode) in try inodes("copy") where name != "volumes.tsv" { #expect(before[name] == inode) }
  }

  @Test("failures are listed at the end, and the same command does only them again")
  func repeated() throws {
    let scan = try place.bytes("b_T1w.nii")
    try place.write("no image", to: "b_T1w.nii")
    let failed = try segment("", Self.command.replacing("c_T1w.nii", with: "ö_T1w.nii"))
    #expect(failed.status == 1)
    #expect(failed.error.count { $0.contains("b_T1w.nii: is not NIfTI") } == 2)
    #expect(failed.error.count { $0.contains("ö_T1w.nii: no such file") } == 2)
    #expect(try place.states() == ["a skipped", "b failed", "c done", "ö failed"])
    #expect(failed.error.last == "Run the same command again: only what is missing is done.")
    try place.write(scan, to: "b_T1w.nii")
    try place.write(scan, to: "ö_T1w.nii")
    let again = try segment("", Self.command.replacing("c_T1w.nii", with: "ö_T1w.nii"))
    #expect(again.status == 0, "\(again.error)")
    #expect(
      Set(again.output.dropLast().map { String($0.dropFirst(4).prefix { $0 != "_" }) }) == ["a", "b", "ö"])
    #expect(try place.states() == ["a skipped", "b skipped", "c done", "ö done"])
  }

  @Test("a folder's foreign status.tsv is neither overwritten nor found out about last")
  func foreignTable() throws {
    try place.write("name\tage\n", to: "new/status.tsv")
    let outcome = try segment("", Self.command(to: "new"))
    #expect(outcome.status == 1)
    #expect(outcome.error.count == 1 && outcome.error[0].hasPrefix("new/status.tsv: needed a table"))
    #expect(try place.contents("new").count == 1)
  }
}
