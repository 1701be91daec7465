import Foundation
import Provenance
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
    let folder = FileManager.default.temporaryDirectory.appending(path: "grisea-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (file, other) = (folder.appending(path: "a").path, folder.appending(path: "b").path)
    try Data("1".utf8).write(to: URL(filePath: file))
    let recorded = [record(file, "1"), record(other, "2")]
    func loss(_ paths: [String]) throws -> RunReason? {
      var hashes = FileHashes(remembering: recorded)
      return try RunReason.loss(of: paths, recorded: recorded, hashes: &hashes)
    }
    #expect(try loss([file]) == nil)
    #expect(try loss([file, other]) == .outputMissing(other))
    try Data("3".utf8).write(to: URL(filePath: other))
    #expect(try loss([file, other]) == .outputChanged(other))
  }
}
