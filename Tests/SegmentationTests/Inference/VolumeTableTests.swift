import Foundation
import Imaging
import Numerics
import Segmentation
import TestSupport
import Testing

@Suite("VolumeTable")
struct VolumeTableTests {
  private let workplace: Workplace
  private let header = VolumeTable.columns.joined(separator: "\t") + "\n"

  init() throws { workplace = try Workplace() }

  /// So many voxels of 1 ml of each tissue.
  private func segmentation(_ gray: Int, _ white: Int, _ csf: Int) -> Segmentation {
    let counts = [gray, white, csf]
    let labels = counts.indices.flatMap { Array(repeating: UInt16($0 + 1), count: counts[$0]) }
    let grid = Grid(shape: [labels.count, 1, 1], affine: Affine(spacing: [10, 10, 10]))
    return Segmentation(labels: LabelMap(grid: grid, labels: labels), probabilities: [:])
  }

  /// Of parts and quality, which are not requested here.
  private let missing = Array(
    repeating: "n/a", count: GrayMatterPart.allCases.count + 2 + QualityMeasure.columns.count)

  /// Without probabilities there are no soft volumes.
  private func row(_ subject: String, _ gray: Int, _ white: Int, _ csf: Int) -> String {
    let hard = [gray, white, csf].map { "\($0).000" }
    let cells = [subject] + hard + ["0.000", "0.000", "0.000", "\(gray + white + csf).000"] + missing
    return cells.joined(separator: "\t") + "\n"
  }

  @Test("subjects are added in numeric order, and replaced")
  func rows() {
    var table = VolumeTable()
    for (subject, gray) in [("sub-10", 1), ("sub-9", 2), ("sub-100", 3), ("sub-10", 4)] {
      table.set(subject, segmentation(gray, 5, 6))
    }
    #expect(
      table.tsv == header
        + [("sub-9", 2), ("sub-10", 4), ("sub-100", 3)].map { row($0, $1, 5, 6) }.joined())
  }

  @Test("in whatever order rows come, each subject has one, and they stand as people count")
  func anyOrder() {
    let names = (1...30).map { "sub-\($0)" }
    for seed in 1...5 {
      var generator = SeededGenerator(seed: UInt64(seed))
      var table = VolumeTable()
      for name in (names + names).shuffled(using: &generator) {
        table.set(.init(subject: name, cells: [name]))
      }
      #expect(table.rows.map(\.subject) == names)
      #expect(table.tsv == header + names.map { "\($0)\t\($0)\n" }.joined())
    }
    var alike = VolumeTable()
    for name in ["sub-1", "sub-01", "sub-001", "sub-01", "sub-1"] {
      alike.set(.init(subject: name, cells: []))
    }
    #expect(alike.rows.count == 3)
  }

  @Test("what is written is read again; a missing file is an empty table")
  func roundTrip() throws {
    var table = try VolumeTable(contentsOf: workplace("volumes.tsv"))
    #expect(table == VolumeTable())
    #expect(table.tsv == header)
    table.set("sub-1", segmentation(1, 2, 3))
    try table.write(to: workplace("volumes.tsv"))
    #expect(try VolumeTable(contentsOf: workplace("volumes.tsv")) == table)
    #expect(try workplace.text("volumes.tsv") == table.tsv)
  }

  @Test("a table of an earlier version, which had fewer columns, is read and goes on")
  func earlier() throws {
    let path = try workplace.write(
      "subject\tGM_ml\tWM_ml\tCSF_ml\tICV_ml\nsub-1\t2.5\t3.5\t4.5\t9.5\n", to: "volumes.tsv")
    var table = try VolumeTable(contentsOf: path)
    let row = try #require(table.rows.first)
    #expect(
      ["GM_ml", "WM_ml", "CSF_ml", "ICV_ml"].map { row.number($0) } == [2.5, 3.5, 4.5, 9.5]
        && row.cell("quality") == nil && row.cells.count == VolumeTable.columns.count - 1)
    table.set("sub-2", segmentation(1, 1, 1))
    #expect(table.tsv.hasPrefix(header) && table.rows.count == 2)
  }

  @Test("rows of earlier runs stay as they are")
  func kept() throws {
    let old = "sub-1\t612.5\t400\tn/a\t1\t2\t3\t4\t" + missing.joined(separator: "\t") + "\n"
    let path = try workplace.write(header + old, to: "volumes.tsv")
    var table = try VolumeTable(contentsOf: path)
    table.set("sub-2", segmentation(1, 1, 1))
    #expect(table.tsv == header + old + row("sub-2", 1, 1, 1))
  }

  @Test(
    "a foreign table is refused, not overwritten",
    arguments: [
      "", "participant_id\tage\nsub-1\t30\n", VolumeTable.columns.joined(separator: "\t") + "\nsub-1\t3\n",
    ])
  func foreign(text: String) throws {
    let path = try workplace.write(text, to: "volumes.tsv")
    let first = text.split(separator: "\n").first?.split(separator: "\t").map(String.init) ?? []
    let error = VolumeTableError.notThisTable(path: path, found: first)
    #expect(throws: error) { try VolumeTable(contentsOf: path) }
    #expect(error.description.hasPrefix(path + ": "))
  }

  @Test("a file that is no text cannot be read, and without its folder none can be written")
  func errors() throws {
    let path = try workplace.write(Data([0xFF, 0xC3, 0x28]), to: "volumes.tsv")
    let unreadable = #expect(throws: VolumeTableError.self) { try VolumeTable(contentsOf: path) }
    guard case .unreadable(path, _) = unreadable else {
      Issue.record("\(unreadable as Any)")
      return
    }
    let nowhere = workplace("no/volumes.tsv")
    let unwritable = #expect(throws: VolumeTableError.self) { try VolumeTable().write(to: nowhere) }
    guard case .unwritable(nowhere, _) = unwritable else {
      Issue.record("\(unwritable as Any)")
      return
    }
  }
}
