import Foundation
import Imaging
import TestSupport
import Testing

@Suite("grisea run")
struct RunTests {
  private let place: Workplace

  init() throws { place = try Workplace() }

  static let mistakes: [(String, String, String)] = [
    ("# x\ngrisea segment a | b\n", "", "a.pipeline:2:18: pipes are not part"),
    (
      "grisea segment \"${scan}\"\n", "",
      "a.pipeline:1:17: ${scan} has no value; give it with --set scan=VALUE"
    ),
    ("grisea segment '${scan}'\n", "--set scan=x", "a.pipeline: does not use ${scan}"),
    ("\ngrisea run --no-such-option x\n", "", "a.pipeline:2: Unknown option '--no-such-option'"),
    ("grisea run x\n", "", "a.pipeline:1: 'grisea run' is not a stage"),
    ("grisea\n", "--set scan", "--set scan: a setting is written name=value"),
  ]

  @Test("a mistake in a pipeline file is one line on standard error and exit code 64", arguments: mistakes)
  func mistake(text: String, options: String, message: String) throws {
    try place.write(text, to: "a.pipeline")
    let outcome = try place.grisea("run a.pipeline " + options)
    #expect(outcome.status == 64)
    #expect(outcome.output.isEmpty)
    #expect(outcome.error.count == 1 && outcome.error[0].hasPrefix(message), "\(outcome.error)")
  }

  @Test("a pipeline file that is not there is one line on standard error and exit code 1")
  func missingFile() throws {
    let outcome = try place.grisea("run a.pipeline")
    #expect(outcome.status == 1)
    #expect(outcome.error == ["a.pipeline: cannot be read: no such file or directory"])
  }

  @Test("a file without stages does nothing, as the shell would")
  func empty() throws {
    try place.write("# nothing yet\n", to: "a.pipeline")
    #expect(try place.grisea("run a.pipeline").status == 0)
    #expect(try place.grisea("run a.pipeline --dry-run").output.isEmpty)
  }

  /// Every kind of stage, on real files.
  private static let pipeline = """
    # The whole chain.
    grisea preprocess "${scan}" --spacing 2 --output preprocessed --quiet
    \(SmallModel.training.replacing("data/sub-*_T1w.nii", with: "'data/sub-*_T1w.nii'")
      .replacing("data/sub-*_dseg.nii.gz", with: "'data/sub-*_dseg.nii.gz'").replacing("train", with: "grisea train")) \\
      --epochs 2 --output model.safetensors
    grisea segment "${scan}" --model model.safetensors --output out --threads 1 --probabilities --quiet
    grisea evaluate --prediction out --reference reference --output scores.tsv
    grisea inspect out/sub-9_dseg.nii.gz
    """

  private func prepare(_ place: Workplace) throws {
    try place.write(Self.pipeline, to: "all.pipeline")
    try place.writeDataset(1...2)
    let head = SyntheticHead(number: 9)
    try place.write(head, to: "sub-9_T1w.nii")
    try place.write(head.labels, like: "sub-9_T1w.nii", to: "reference/sub-9_dseg.nii.gz")
  }

  /// What a run has written, less its record and tables of states, and less the seconds that training took.
  private func results(_ place: Workplace) throws -> [String: Data] {
    var contents = try place.results()
    contents["all.provenance.json"] = nil
    if let log = contents["model.log.tsv"] {
      let rows = String(decoding: log, as: UTF8.self).split(separator: "\n").map { line in
        line.split(separator: "\t").enumerated().filter { $0.offset != 2 }.map { String($0.element) }
      }
      contents["model.log.tsv"] = Data("\(rows)".utf8)
    }
    return contents
  }

  private func verdicts(_ outcome: Workplace.Outcome) -> [String] {
    outcome.output.filter { $0.hasPrefix("      ") }.map { $0.trimmingCharacters(in: .whitespaces) }
  }

  @Test(
    "grisea run writes byte for byte what sh -eu writes, does it once, and knows what a changed input undoes")
  func law() throws {
    let shell = try Workplace()
    for place in [place, shell] { try prepare(place) }
    let run = try place.grisea("run all.pipeline --set scan=sub-9_T1w.nii")
    #expect(run.status == 0, "\(run.error)")
    let reference = try shell.run("sh", ["-eu", "all.pipeline"], environment: ["scan": "sub-9_T1w.nii"])
    #expect(reference.status == 0, "\(reference.error)")
    #expect(run.output == reference.output)
    let (mine, theirs) = (try results(place), try results(shell))
    #expect(mine.keys.sorted() == theirs.keys.sorted())
    for (name, content) in theirs { #expect(mine[name] == content, "\(name)") }
    #expect(theirs["out/sub-9_label-GM_mask.nii.gz"] != nil && theirs["scores.json"] != nil)

    let again = try place.grisea("run all.pipeline --set scan=sub-9_T1w.nii")
    #expect(again.status == 0)
    #expect(again.error.count { $0.contains("(unchanged, not run again)") } == 4, "\(again.error)")
    #expect(try results(place) == mine)

    let before = try place.contents()
    try place.write(SyntheticHead(number: 10), to: "sub-9_T1w.nii")
    let forecast = try place.grisea("run all.pipeline --set scan=sub-9_T1w.nii --dry-run")
    #expect(
      verdicts(forecast) == [
        "would run: input sub-9_T1w.nii changed", "unchanged", "would run: input sub-9_T1w.nii changed",
        "may run: input out will be written again", "would run: writes no files",
      ], "\(forecast.output)")
    let untouched = try place.contents().filter { $0.key != "sub-9_T1w.nii" }
    #expect(untouched == before.filter { $0.key != "sub-9_T1w.nii" })

    let changed = try place.grisea("run all.pipeline --set scan=sub-9_T1w.nii")
    #expect(changed.status == 0)
    #expect(changed.error.count { $0.contains("(unchanged, not run again)") } == 1, "\(changed.error)")
    try shell.write(SyntheticHead(number: 10), to: "sub-9_T1w.nii")
    _ = try shell.run("sh", ["-eu", "all.pipeline"], environment: ["scan": "sub-9_T1w.nii"])
    #expect(try results(place) == results(shell))
  }

  @Test("the other half of a pair, and the white matter map beside a gray matter map, are inputs")
  func companions() throws {
    let grid = Grid(shape: [16, 16, 16], affine: Affine(spacing: [2, 2, 2]))
    try Volume(grid: grid, voxels: (0..<grid.count).map { Float($0 % 97) }).write(to: place("sub-1_T1w.hdr"))
    try place.write("grisea preprocess sub-1_T1w.hdr --output p --quiet\n", to: "pair.pipeline")
    #expect(try place.grisea("run pair.pipeline").status == 0)
    #expect(verdicts(try place.grisea("run pair.pipeline --dry-run")) == ["unchanged"])
    var voxels = try place.bytes("sub-1_T1w.img")
    voxels[voxels.count - 1] ^= 1
    try place.write(voxels, to: "sub-1_T1w.img")
    #expect(
      verdicts(try place.grisea("run pair.pipeline --dry-run"))
        == ["would run: input sub-1_T1w.img changed"])

    for name in ["a_label-GM_probseg.nii.gz", "b.nii.gz"] { try place.write("", to: name) }
    try place.write(
      """
      grisea normalize a_label-GM_probseg.nii.gz --output n
      grisea evaluate --prediction b.nii.gz --reference b.nii.gz --output a_label-WM_probseg.nii.gz

      """, to: "white.pipeline")
    let outcome = try place.grisea("run white.pipeline --dry-run")
    #expect(outcome.status == 64)
    #expect(
      outcome.error.first?.hasPrefix(
        "white.pipeline:2: writes a_label-WM_probseg.nii.gz, which line 1 reads") == true,
      "\(outcome.error)")
  }

  @Test("a stage that fails ends the run with its exit code, and the next run begins with it")
  func failure() throws {
    try prepare(place)
    try place.write(
      "grisea preprocess sub-9_T1w.nii --output a\ngrisea preprocess bad.nii --output b\n", to: "two.pipeline"
    )
    try place.write("no image", to: "bad.nii")
    let outcome = try place.grisea("run two.pipeline")
    #expect(outcome.status == 1)
    #expect(outcome.error.contains { $0.hasPrefix("bad.nii: is not NIfTI") })
    try place.write(SyntheticHead(), to: "bad.nii")
    let mended = try place.grisea("run two.pipeline")
    #expect(mended.status == 0)
    #expect(mended.error.count { $0.contains("(unchanged, not run again)") } == 1)
  }
}
