import Files
import Testing

@Suite("Parent folders")
struct ParentFolderTests {
  /// As `dirname` has it, but for names without a folder, where that says `.`.
  static let folders = [
    "a/b/c": "a/b", "a/b/c/": "a/b", "a/b//c//": "a/b", "/a": "/", "/a/": "/", "/": "/", "//": "/",
    "///a": "/",
    "../a": "..", "./a": ".", "a": "", "p/": "", ".": "", "é": "", "model.safetensors": "", "": "",
  ]

  @Test("the folder of a path is as dirname says", arguments: folders.sorted { $0.key < $1.key })
  func folder(path: String, folder: String) {
    #expect(path.parentFolder == folder)
  }

  @Test("an ending is replaced at the end of the path and nowhere else")
  func ending() {
    #expect("a.tsv/b.tsv".replacingEnding(".tsv", with: ".json") == "a.tsv/b.json")
    #expect("a.tsv/b.txt".replacingEnding(".tsv", with: ".json") == "a.tsv/b.txt")
  }

  /// As `basename` has it; the last is the beginning of an input by which a fuzzer ended the program.
  static let names = [
    "a/b/c": "c", "a/b/c/": "c", "a/b//c//": "c", "/a": "a", "/a/": "a", "/": "/", "//": "/", "///a": "a",
    "../a": "a", "a": "a", "p/": "p", ".": ".", "é": "é", "": "", "a/\u{301}b": "\u{301}b", "//{//##//": "##",
  ]

  @Test("the last name of a path is as basename says", arguments: names.sorted { $0.key < $1.key })
  func name(path: String, name: String) {
    #expect(path.lastComponent == name)
  }
}
