import Imaging
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
}
