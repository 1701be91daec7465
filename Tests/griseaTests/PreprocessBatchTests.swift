import Foundation
import Imaging
import TestSupport
import Testing

/// `preprocess` as a batch: called again it does what is missing or stale, says why, and leaves the rest alone.
@Suite("grisea preprocess, many scans")
struct PreprocessBatchTests {
  private let place: Workplace
  private static let options = "--spacing 2 --mask masks/*_mask.nii --clip 1,99"

  private static func command(to folder: String) -> String {
    "preprocess a_T1w.nii b_T1w.nii c_T1w.nii \(options) --output \(folder)"
  }

  init() throws {
    place = try Workplace()
    for (number, name) in ["a", "b", "c"].enumerated() {
      try place.write(SyntheticHead(number: number), to: "\(name)_T1w.nii")
      try place.write(SyntheticHead().labels, like: "a_T1w.nii", to: "masks/\(name)_mask.nii")
    }
    #expect(try preprocess().status == 0)
  }

  private func preprocess(
    _ more: String = "", _ command: String = PreprocessBatchTests.command(to: "out")
  ) throws -> Workplace.Outcome {
    try place.grisea("\(command) \(more)")
  }

  private func reason(_ subject: String) throws -> String? {
    try place.table("out/status.tsv").first { $0["subject"] == subject }?["reason"]
  }

  private func result(_ subject: String) -> String { "out/\(subject)_desc-preproc_T1w.nii.gz" }

  @Test("nothing is done again where nothing has changed, be it touched, moved or given other threads")
  func unchanged() throws {
    let files = try place.results("out")
    try place.write(place.bytes("c_T1w.nii"), to: "c_T1w.nii")
    try FileManager.default.moveItem(atPath: place("out"), toPath: place("moved"))
    let again = try preprocess("--threads 1 --max-memory 2G", Self.command(to: "moved"))
    #expect(again.status == 0)
    #expect(again.output == ["a", "b", "c"].map { "moved/\($0)_desc-preproc_T1w.nii.gz" })
    #expect(again.error.contains("3 skipped: unchanged"), "\(again.error)")
    #expect(try place.states("moved/status.tsv") == ["a skipped", "b skipped", "c skipped"])
    #expect(try place.results("moved") == files)
    #expect(try preprocess("--anew", Self.command(to: "moved")).status == 0)
    #expect(try place.states("moved/status.tsv") == ["a done", "b done", "c done"])
    #expect(try place.results("moved") == files)
  }

  @Test("a scan or a mask that changed is processed again, and the reason is reported")
  func inputs() throws {
    try place.write(SyntheticHead(number: 7), to: "b_T1w.nii")
    let grid = try NIfTIImage(contentsOf: place("a_T1w.nii")).volume.grid
    try LabelMap(grid: grid, repeating: 1).write(to: place("masks/c_mask.nii"))
    let outcome = try preprocess()
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(outcome.error.contains("b: again, because input b_T1w.nii changed"), "\(outcome.error)")
    #expect(try place.states() == ["a skipped", "b done", "c done"])
    #expect(try reason("b") == "input b_T1w.nii changed")
    #expect(try reason("c") == "input masks/c_mask.nii changed")
    #expect(try preprocess("", Self.command(to: "fresh")).status == 0)
    #expect(try place.results("out") == place.results("fresh"))
  }

  @Test("other arguments do all again, and so do masks that come or go")
  func arguments() throws {
    #expect(try preprocess("--bias-field n4").status == 0)
    #expect(try place.states() == ["a done", "b done", "c done"])
    #expect(try reason("a") == "arguments changed")
    let without = Self.command(to: "out").replacing("--mask masks/*_mask.nii ", with: "")
    #expect(try preprocess("--bias-field n4", without).status == 0)
    #expect(try reason("b") == "input b_mask.nii is gone")
    #expect(try preprocess("--bias-field n4").status == 0)
    #expect(try reason("b") == "input masks/b_mask.nii is new")
  }

  @Test("a reference is an input by its name, be that the name of the scan itself")
  func reference() throws {
    try place.write(SyntheticHead(number: 5), to: "ref/b_T1w.nii")
    #expect(try preprocess("--match ref/b_T1w.nii").status == 0)
    #expect(try preprocess("--match ref/b_T1w.nii").status == 0)
    #expect(try place.states() == ["a skipped", "b skipped", "c skipped"])
    try place.write(SyntheticHead(number: 6), to: "ref/b_T1w.nii")
    #expect(try preprocess("--match ref/b_T1w.nii").status == 0)
    #expect(try place.states() == ["a done", "b done", "c done"])
    #expect(try reason("b") == "input ref/b_T1w.nii changed")
  }

  @Test("outputs that are gone, cut short or replaced are made again, the others are not")
  func outputs() throws {
    let whole = try place.results("out")
    try FileManager.default.removeItem(atPath: place(result("a")))
    let bytes = try place.bytes(result("b"))
    try place.write(bytes.prefix(bytes.count / 2), to: result("b"))
    let outcome = try preprocess()
    #expect(outcome.status == 0)
    #expect(try reason("a") == "output \(result("a")) is missing")
    #expect(try reason("b") == "output \(result("b")) changed")
    #expect(try place.states() == ["a done", "b done", "c skipped"])
    #expect(try place.results("out") == whole)
    try place.write(place.bytes(result("a")), to: result("c"))
    #expect(try preprocess().status == 0)
    #expect(try place.states() == ["a skipped", "b skipped", "c done"])
    #expect(try place.results("out") == whole)
  }

  @Test("failures are listed at the end, and the same command does only them again")
  func repeated() throws {
    let scan = try place.bytes("b_T1w.nii")
    try place.write("no image", to: "b_T1w.nii")
    let failed = try preprocess("", Self.command(to: "out").replacing("masks/*_", with: "masks/[ab]_"))
    #expect(failed.status == 1)
    #expect(failed.error.count { $0.contains("b_T1w.nii: is not NIfTI") } == 2)
    #expect(failed.error.contains("2 of 2 failed:"), "\(failed.error)")
    #expect(
      failed.error.count {
        $0.hasSuffix("c_T1w.nii: no file of 'masks/[ab]_mask.nii' belongs to its subject")
      } == 2, "\(failed.error)")
    #expect(try place.states() == ["a skipped", "b failed", "c failed"])
    #expect(failed.error.last == "Run the same command again: only what is missing is done.")
    try place.write(scan, to: "b_T1w.nii")
    let again = try preprocess()
    #expect(again.status == 0, "\(again.error)")
    // What was there before the failures is there still.
    #expect(again.output == [result("a"), result("b"), result("c")])
    #expect(try place.states() == ["a skipped", "b skipped", "c skipped"])
  }

  @Test("shards that have not run are named, and failures of shards are those of the whole")
  func missingShards() throws {
    try place.write("no image", to: "b_T1w.nii")
    func shard(_ number: Int) throws -> Int32 {
      try preprocess("--shard \(number)/4", Self.command(to: "parts")).status
    }
    #expect(try shard(1) == 0)
    let early = try place.grisea("collect parts")
    #expect(early.status == 1)
    #expect(
      early.error == ["shards 2, 3, 4 of 4 have not run; run them, and then `grisea collect` again"])
    // The fourth has nothing to do.
    for (number, status) in [(2, 1), (3, 0), (4, 0)] as [(Int, Int32)] {
      #expect(try shard(number) == status)
    }
    let collected = try place.grisea("collect parts")
    #expect(collected.status == 1 && collected.output == ["parts/status.tsv"])
    #expect(collected.error.first?.hasPrefix("b: ") == true, "\(collected.error)")
  }

  @Test("several jobs, and parts that begin at the same time, leave the files and the table of one batch")
  func divided() throws {
    for name in ["d", "e", "f", "g"] {
      try place.write(SyntheticHead(number: name.count), to: "\(name)_T1w.nii")
      try place.write(SyntheticHead().labels, like: "a_T1w.nii", to: "masks/\(name)_mask.nii")
    }
    try place.write("no image", to: "d_T1w.nii")
    func words(_ folder: String) -> String {
      Self.command(to: folder).replacing(
        "c_T1w.nii", with: "c_T1w.nii d_T1w.nii e_T1w.nii f_T1w.nii g_T1w.nii")
    }
    #expect(try preprocess("--threads 1", words("one")).status == 1)
    let several = try preprocess("--jobs 3 --threads 6", words("several"))
    #expect(several.status == 1)
    #expect(several.error.contains("3 jobs at the same time, 2 threads each"), "\(several.error)")
    let parts = try (1...3).map { index in
      try place.start(
        "grisea", (words("parts") + " --quiet --shard \(index)/3").split(separator: " ").map(String.init))
    }
    // The fourth scan is the first part's second.
    #expect(try parts.map { try $0.outcome().status } == [1, 0, 0])
    let collected = try place.grisea("collect parts")
    #expect(collected.output == ["parts/status.tsv"] && collected.status == 1)
    for folder in ["several", "parts"] {
      #expect(try place.results(folder) == place.results("one"))
      #expect(try place.states(folder + "/status.tsv") == place.states("one/status.tsv"))
    }
    #expect(try preprocess("", words("parts")).error.contains("6 skipped: unchanged"))
  }

  @Test(
    "a scan keeps to the memory that it is said to need, and is refused by name where that is not allowed")
  func memory() throws {
    let grid = Grid(shape: [160, 160, 160], affine: Affine(spacing: .one))
    let voxels = (0..<grid.count).map { Float($0 % 251 + $0 / 25600 % 100) }
    try Volume(grid: grid, voxels: voxels).write(to: place("big_T1w.nii.gz"), datatype: .int16)
    for options in ["", "--spacing 0.8 --interpolation cubic", "--spacing 2 --clip 5 --bias-field n4"] {
      let words = "preprocess big_T1w.nii.gz a_T1w.nii --output big --anew \(options)"
      let refused = try place.grisea(words + " --max-memory 80M")
      #expect(refused.status == 1)
      let needed = try #require(
        refused.error.lazy.compactMap { $0.firstMatch(of: /big_T1w.nii.gz: needs (\d+) MB of memory/) }.first)
      #expect(try place.states("big/status.tsv") == ["a done", "big failed"])
      let promised = try #require(Int(needed.1))
      let done = try place.grisea(words + " --verbose --max-memory \(promised + 1)M")
      #expect(done.status == 0, "\(done.error)")
      let peak = try #require(done.error.last?.firstMatch(of: /peak memory (\d+) MB/))
      #expect(try #require(Int(peak.1)) <= promised, "\(options)")
    }
  }

  @Test("in one folder with segmentations both keep their rows and their memory")
  func beside() throws {
    try SmallModel.write(to: place)
    let segment = "segment a_T1w.nii b_T1w.nii --model model.safetensors --threads 1 --output out"
    #expect(try place.grisea(segment).status == 0)
    #expect(try preprocess().error.contains("3 skipped: unchanged"))
    #expect(try place.grisea(segment).error.contains("2 skipped: unchanged"))
    #expect(
      try place.states() == ["a skipped", "a skipped", "b skipped", "b skipped", "c skipped"])
  }
}
