import Foundation
import TestSupport
import Testing

/// Names of files that tables and pages cannot hold as they are, and files that git-annex has not fetched.
@Suite("Names of files")
struct FileNamesTests {
  private let place: Workplace
  private static let names = ["a\tb_T1w.nii", "c\nd_T1w.nii", "e:f#g?h%20_T1w.nii", "\u{feff}i_T1w.nii"]
  private static let words = ["--model", "model.safetensors", "--threads", "1", "--quiet", "--output", "out"]

  init() throws {
    place = try Workplace()
    try SmallModel.write(to: place)
    for (number, name) in Self.names.enumerated() {
      try place.write(SyntheticHead(number: number), to: name)
    }
  }

  @Test("a tab or a line break in a name ends no cell and no line of a table")
  func tables() throws {
    let segment = ["segment"] + Self.names + Self.words
    let outcome = try place.run("grisea", segment)
    #expect(outcome.status == 0, "\(outcome.error)")
    let subjects = Set(["a_b", "c_d", "e:f#g?h%20", "\u{feff}i"])
    for name in ["volumes.tsv", "status.tsv"] {
      let lines = String(decoding: try place.bytes("out/" + name), as: UTF8.self).split(separator: "\n")
      let cells = lines.map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
      #expect(lines.count == 5)
      #expect(cells.allSatisfy { $0.count == cells[0].count })
      #expect(Set(cells.dropFirst().map { String($0[0]) }) == subjects)
    }
    #expect(place.exists("out/a_b_dseg.nii.gz") && place.exists("out/c_d_dseg.nii.gz"))
    // The tables are read again, and the results are those that are there.
    #expect(try place.run("grisea", segment).status == 0)
    #expect(try place.states().allSatisfy { $0.hasSuffix("skipped") })
    #expect(try place.run("grisea", ["report", "out"]).status == 0)
  }

  @Test("a folder's scans are those with capital endings and those of pairs too")
  func endings() throws {
    try place.write(SyntheticHead(number: 1), to: "many/sub-1_T1w.NII")
    try place.write(SyntheticHead(number: 2), to: "many/sub-2_T1w.nii")
    let outcome = try place.grisea("preprocess many/sub-2_T1w.nii --spacing 2 --quiet --output pairs")
    #expect(outcome.status == 0)
    let whole = try place.bytes("many/sub-2_T1w.nii")
    var header = whole.prefix(352)
    header.replaceSubrange(344..<347, with: Data("ni1".utf8))
    // The voxels of a pair begin at 0.
    withUnsafeBytes(of: Float(0)) { header.replaceSubrange(108..<112, with: $0) }
    try place.write(Data(header), to: "many/sub-3_T1w.hdr")
    try place.write(Data(whole.dropFirst(352)), to: "many/sub-3_T1w.img")
    #expect(try place.grisea("preprocess many --spacing 2 --threads 1 --quiet --output all").status == 0)
    #expect(try place.states("all/status.tsv") == ["sub-1 done", "sub-2 done", "sub-3 done"])
  }

  @Test("names that would be one after that are refused before any work")
  func twins() throws {
    try place.write(SyntheticHead(number: 9), to: "a_b_T1w.nii")
    let outcome = try place.run("grisea", ["segment", "a\tb_T1w.nii", "a_b_T1w.nii"] + Self.words)
    #expect(outcome.status == 64)
    #expect(!place.exists("out"))
    // One name in two Unicode normalizations.
    let names = ["\u{e9}_T1w.nii", "e\u{301}_T1w.nii"]
    for name in names { try place.write(SyntheticHead(number: 9), to: name) }
    #expect(try place.run("grisea", ["segment"] + names + Self.words).status == 64)
    #expect(!place.exists("out"))
  }

  @Test("an error about such a file is one line")
  func errors() throws {
    try place.write("no image", to: "x\ny_T1w.nii")
    let outcome = try place.run("grisea", ["segment", "x\ny_T1w.nii"] + Self.words)
    #expect(outcome.status == 1)
    #expect(outcome.error.first?.hasPrefix("x y_T1w.nii: is not NIfTI") == true, "\(outcome.error)")
  }

  @Test("a page links to files with a colon in their names as files, not as addresses of a scheme")
  func links() throws {
    #expect(try place.run("grisea", ["segment", Self.names[2]] + Self.words).status == 0)
    #expect(try place.run("grisea", ["report", "out", "--images", Self.names[2]]).status == 0)
    let page = String(decoding: try place.bytes("out/report.html"), as: UTF8.self)
    let links = page.matches(of: /<a href="([^"#][^"]*)"/).map { String($0.1) }
    #expect(links.contains("./e:f%23g%3Fh%2520_dseg.nii.gz"), "\(links)")
    for link in links {
      let url = try #require(URL(string: link, relativeTo: URL(filePath: place("out/report.html"))))
      #expect(url.isFileURL && FileManager.default.fileExists(atPath: url.path), "\(link)")
    }
  }

  @Test(
    "a scan that git-annex has not fetched is said to be that, in one row; another dead link leads nowhere")
  func annex() throws {
    let key = "MD5E-s123--0.nii.gz"
    try FileManager.default.createSymbolicLink(
      atPath: place("j_T1w.nii.gz"), withDestinationPath: ".git/annex/objects/0k/1w/\(key)/\(key)")
    try FileManager.default.createSymbolicLink(
      atPath: place("k_T1w.nii.gz"), withDestinationPath: "gone.nii.gz")
    let outcome = try place.run(
      "grisea", ["segment", "j_T1w.nii.gz", "k_T1w.nii.gz", Self.names[0]] + Self.words)
    #expect(outcome.status == 1)
    #expect(
      outcome.error.contains {
        $0.contains("j_T1w.nii.gz: is a git-annex link") && $0.contains("git annex get")
      })
    #expect(
      outcome.error.contains { $0.contains("k_T1w.nii.gz: is a link to gone.nii.gz, which does not exist") })
    #expect(try place.states() == ["a_b done", "j failed", "k failed"])
  }

  @Test("a pipeline that begins with a byte order mark is the pipeline without it")
  func byteOrderMark() throws {
    let text = "grisea preprocess \"${scan}\" --spacing 2 --output p --quiet\n"
    try place.write("\u{feff}" + text, to: "marked.pipeline")
    #expect(
      try place.run("grisea", ["run", "marked.pipeline", "--set", "scan=\(Self.names[2])"]).status == 0)
    #expect(place.exists("p/e:f#g?h%20_desc-preproc_T1w.nii.gz"))
    // Anywhere else it is a character like others, which begins no command.
    try place.write("\n\u{feff}" + text, to: "inside.pipeline")
    #expect(try place.run("grisea", ["run", "inside.pipeline", "--set", "scan=x"]).status == 64)
  }
}
