import Foundation
import Imaging
import Testing

@Suite("LabelTable")
struct LabelTableTests {
  private func map(_ labels: [UInt16]) -> LabelMap {
    LabelMap(grid: Grid(shape: [labels.count, 1, 1], affine: .identity), labels: labels)
  }

  @Test(
    "built-in tables give the tissues that their sources define",
    arguments: [
      ("bids", [0, 1, 2, 3, 8, 9, 12], [0, 1, 2, 3, 1, 1, 1]),
      ("ibsr", [0, 1, 2, 3], [0, 3, 1, 2]),
      ("brainweb", [0, 1, 2, 3, 4, 7, 8, 11], [0, 3, 1, 2, 0, 0, 0, 0]),
      // GM as DESIGN lists it, then one of each kind.
      (
        "freesurfer", [3, 42, 8, 47, 10, 49, 11, 50, 12, 51, 13, 52, 17, 53, 18, 54, 26, 58, 1035, 2030],
        [UInt16](repeating: 1, count: 20)
      ),
      (
        "freesurfer", [2, 41, 7, 46, 16, 28, 60, 77, 85, 251, 255, 3010, 4035, 5001, 13150],
        [UInt16](repeating: 2, count: 15)
      ),
      ("freesurfer", [4, 5, 14, 15, 24, 43, 44, 72, 136], [UInt16](repeating: 3, count: 9)),
      ("freesurfer", [0, 502, 516, 530], [0, 0, 0, 0]),
    ] as [(String, [UInt16], [UInt16])])
  func builtIn(name: String, labels: [UInt16], tissues: [UInt16]) throws {
    let table = try #require(LabelTable.named(name))
    #expect(try table.tissues(of: map(labels)).labels == tissues)
    #expect(labels.map { table.tissue(of: $0)?.rawValue } == tissues)
  }

  @Test("no built-in table lists a label twice", arguments: LabelTable.builtIn)
  func unambiguous(table: LabelTable) {
    let listed = table.entries.flatMap { Array($0.first...$0.last) }
    #expect(Set(listed).count == listed.count)
  }

  @Test("labels that are not in the table are an error that counts their voxels and names file and table")
  func unknown() throws {
    let error = LabelTableError.unknownLabels(
      path: "sub-03_dseg.nii.gz", counts: [7: 2, 11: 1], table: "bids")
    #expect(throws: error) {
      try LabelTable.bids.tissues(of: map([0, 7, 11, 1, 7]), from: "sub-03_dseg.nii.gz")
    }
    #expect(
      error.description.hasPrefix(
        "sub-03_dseg.nii.gz: labels 7 (2 voxels), 11 (1 voxel) are not in the label table \"bids\""))
  }

  @Test("a TSV may order its columns freely, list runs, and has background at 0")
  func tsv() throws {
    let path = try write("name\ttissue\tindex\tcolor\ncortex\tGM\t1000-1999\tred\r\nfibres\twm\t2\tblue\n\n")
    defer { try? FileManager.default.removeItem(atPath: path) }
    let table = try LabelTable(nameOrPath: path)
    #expect(try table.tissues(of: map([0, 2, 1000, 1999])).labels == [0, 2, 1, 1])
    #expect(table.tissue(of: 999) == nil)
    #expect(try JSONDecoder().decode(LabelTable.self, from: JSONEncoder().encode(table)) == table)
  }

  @Test(
    "a TSV that cannot be understood is an error that names the line or column",
    arguments: [
      ("index\tname\n1\tx\n", "no column \"tissue\""),
      ("", "no column \"index\""),
      ("index\tname\ttissue\n1\tx\n", "line 2 has 2 columns"),
      ("index\tname\ttissue\n1\tx\tGM\n70000\tx\tGM\n", "line 3: index \"70000\""),
      ("index\tname\ttissue\n5-1\tx\tGM\n", "line 2: index \"5-1\""),
      ("index\tname\ttissue\n1\tx\tbone\n", "line 2: tissue \"bone\""),
      ("index\tname\ttissue\n1\tx\tGM\n2\ty\tWM\n1\tz\tCSF\n", "lines 2 and 4 list label 1 as GM and as CSF"),
      ("index\tname\ttissue\n5-9\tx\tGM\n7\ty\tWM\n", "lines 2 and 3 list label 7 as GM and as WM"),
      ("index\tname\ttissue\n7\tx\tGM\n5-9\ty\tWM\n", "lines 2 and 3 list label 7 as GM and as WM"),
    ])
  func badTSV(text: String, words: String) throws {
    let path = try write(text)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let error = #expect(throws: LabelTableError.self) { try LabelTable(contentsOf: path) }
    #expect(error?.description.hasPrefix("\(path): \(words)") == true, "\(error?.description ?? "")")
  }

  @Test("a TSV may list a label twice as one tissue, and may say what label 0 is")
  func sameTwice() throws {
    let path = try write("index\tname\ttissue\n0\tx\tCSF\n5-9\tx\tGM\n7\ty\tGM\n")
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(try LabelTable(contentsOf: path).tissues(of: map([0, 7])).labels == [3, 1])
  }

  @Test("fsl is CSF, GM, WM, as FAST and Atropos number them")
  func fsl() throws {
    let table = try LabelTable(nameOrPath: "fsl")
    #expect(try table.tissues(of: map([0, 1, 2, 3])).labels == [0, 3, 1, 2])
  }

  @Test("a name that is neither table nor file says which tables are built in")
  func noTable() {
    let error = #expect(throws: LabelTableError.self) { try LabelTable(nameOrPath: "free-surfer") }
    #expect(error == .noSuchTable("free-surfer"))
    #expect(error?.description.contains("bids, freesurfer, brainweb, ibsr, fsl") == true)
  }

  private func write(_ text: String) throws -> String {
    let path = NSTemporaryDirectory() + "labels-\(UUID().uuidString).tsv"
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    return path
  }
}
