import Foundation
import TestSupport
import Testing

/// The pictures of the README and the articles.
@Suite("Pictures of the documentation")
struct PicturesTests {
  private static let record = "Pipelines/pictures.tsv"

  private func run(_ words: [String], in folder: String) throws -> Workplace.Outcome {
    let place = try Workplace()
    return try place.run("/bin/sh", [folder + "/Pipelines/pictures.sh"] + words)
  }

  @Test(
    "none is out of date: each was made from the files that are here; if not, run sh Pipelines/pictures.sh")
  func current() throws {
    let outcome = try run(["--check"], in: SampleData.repository(""))
    #expect(outcome.status == 0, "\(outcome.error)")
  }

  @Test("each picture in the catalogue has a row, and each row a picture")
  func complete() throws {
    let catalogue = SampleData.repository("Sources/grisea/Documentation.docc")
    let pictures = try FileManager.default.contentsOfDirectory(atPath: catalogue).filter {
      $0.hasSuffix(".png")
    }
    let table = try String(contentsOfFile: SampleData.repository(Self.record), encoding: .utf8)
    let rows = table.split(separator: "\n").dropFirst().map { String($0.prefix { $0 != "\t" }) }
    #expect(Set(rows) == Set(pictures) && rows.count == pictures.count)
  }

  @Test("a file that changes makes the pictures that show it out of date, and no others")
  func stale() throws {
    let place = try Workplace()
    for name in [
      "Pipelines", "Sources/Reports", "Sources/Synthesis", "Sources/CModels", "sample-data",
      "Sources/grisea/Stages/Report", "Sources/grisea/Documentation.docc",
    ] {
      let copy = place(name)
      try FileManager.default.createDirectory(
        atPath: (copy as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
      try FileManager.default.copyItem(atPath: SampleData.repository(name), toPath: copy)
    }
    #expect(try run(["--check"], in: place.path).status == 0)
    try place.write("body { color: red; }\n", to: "Sources/Reports/Assets/page.css")
    let outcome = try run(["--check"], in: place.path)
    #expect(outcome.status == 1)
    #expect(outcome.error.first == "Out of date: report. Run: sh Pipelines/pictures.sh")
  }
}
