import Batch
import Files
import Foundation
import TestSupport
import Testing

@Suite("Completion records")
struct CompletionRecordsTests {
  @Test("records that cannot be read are reported beside the rows of the others")
  func unreadable() throws {
    let place = try Workplace()
    defer { place.remove() }
    try place.write("program", to: "program")
    try place.write("scan", to: "a.nii")
    let recipe = RecipeIdentity(
      program: try ProgramIdentity(version: "1", executable: place("program")), arguments: [])
    let records = CompletionRecords<Int>(folder: place("out"), stage: "segment", recipe: recipe)
    for (name, row) in [("sub-1", 1), ("sub-2", 2), ("sub-3", 3)] {
      try records.keep(Batch.Subject(name: name, path: place("a.nii")), inputs: [], volumes: row)
    }
    try place.write("{\"format\": 2, \"subject\":", to: "out/.grisea/sub-2.segment.json")
    try place.write("{}", to: "out/.grisea/sub-4.preprocess.json")
    let found = CompletionRecords<Int>.rows(in: place("out"), stage: "segment")
    #expect(found.rows == [1, 3])
    #expect(found.unreadable == [place("out/.grisea/sub-2.segment.json")])
  }
}
