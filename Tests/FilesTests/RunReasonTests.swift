import Files
import Foundation
import TestSupport
import Testing

@Suite("RunReason")
struct RunReasonTests {
  private func record(_ path: String, _ text: String?) -> FileRecord {
    FileRecord(path: path, hash: text.map { ContentHash(of: Data($0.utf8)) }, signature: nil)
  }

  @Test("inputs differ by the first file that changed, came or went; their order does not count")
  func difference() {
    let old = [record("a", "1"), record("b", "2")]
    #expect(RunReason.difference(old, old.reversed()) == nil)
    #expect(RunReason.difference(old, [record("a", "1"), record("b", "3")]) == .inputChanged("b"))
    #expect(RunReason.difference(old, [record("a", nil), record("b", "2")]) == .inputRemoved("a"))
    #expect(RunReason.difference(old, old + [record("c", "3")]) == .inputAdded("c"))
    #expect(RunReason.difference(old, [record("b", "2")]) == .inputRemoved("a"))
  }

  @Test("outputs are known by their content, wherever they lie")
  func loss() throws {
    let place = try Workplace()
    defer { place.remove() }
    let (file, other) = (try place.write("1", to: "a"), place("b"))
    let recorded = [record(file, "1"), record(other, "2")]
    func loss(_ paths: [String]) throws -> RunReason? {
      var hashes = FileHashes(remembering: recorded)
      return try RunReason.loss(of: paths, recorded: recorded, hashes: &hashes)
    }
    #expect(try loss([file]) == nil)
    #expect(try loss([file, other]) == .outputMissing(other))
    try place.write("3", to: "b")
    #expect(try loss([file, other]) == .outputChanged(other))
  }
}
