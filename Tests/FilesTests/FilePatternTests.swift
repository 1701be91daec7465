import Files
import TestSupport
import Testing

@Suite("File patterns")
struct FilePatternTests {
  @Test(
    "a pattern matches as the shell's do",
    arguments: [
      ("a/*.nii", "a/b.nii", true), ("./a/*.nii", "a/b.nii", true), ("a/*.nii", "a/c/b.nii", false),
      ("a/*", "a/.b", false), ("a/?b", "a/xb", true), ("a/[xy]", "a/y", true), ("a/[xy]", "a/z", false),
      ("a/b", "a//b", true), ("a/*/c", "a/b/../b/c", true),
    ])
  func matching(pattern: String, path: String, expected: Bool) {
    #expect(FilePattern(pattern).matches(path) == expected)
  }

  @Test("the files that match come in the order of their bytes, and none is no error")
  func expansion() throws {
    let place = try Workplace()
    for name in ["b.nii", "a.nii", "B.nii", ".c.nii", "d.txt"] { try place.write("", to: name) }
    #expect(FilePattern(place("*.nii")).paths() == ["B.nii", "a.nii", "b.nii"].map { place($0) })
    #expect(FilePattern(place("*.gz")).paths().isEmpty)
  }
}
