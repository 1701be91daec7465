import Files
import Foundation
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

  @Test(
    "** stands for any number of folders",
    arguments: [
      ("a/**/b.nii", "a/b.nii", true), ("a/**/b.nii", "a/c/d/b.nii", true), ("a/**/b.nii", "b.nii", false),
      ("**/*.nii", "a/b/c.nii", true), ("**/*.nii", "a/.b/c.nii", false), ("a/**", "a/b/c", true),
      ("a/**/x/**/b", "a/x/y/b", true), ("a/**/x/**/b", "a/y/b", false), ("a/b**", "a/bcd", true),
    ])
  func anyFolders(pattern: String, path: String, expected: Bool) {
    #expect(FilePattern(pattern).matches(path) == expected)
  }

  @Test("files below any number of folders are found once each, and not in hidden ones or behind links")
  func foldersExpansion() throws {
    let place = try Workplace()
    for name in ["x.nii", "a/x.nii", "a/b/x.nii", "a/.c/x.nii", "a/b/y.txt", "e[1]/a/x.nii"] {
      try place.write("", to: name)
    }
    try FileManager.default.createSymbolicLink(atPath: place("link"), withDestinationPath: place("a"))
    let all = ["a/b/x.nii", "a/x.nii", "e[1]/a/x.nii", "x.nii"].map { place($0) }
    #expect(FilePattern(place("**/*.nii")).paths() == all)
    #expect(FilePattern(place("**/a/**/x.nii")).paths() == Array(all[0...2]))
    #expect(FilePattern(place("none/**/x.nii")).paths().isEmpty)
  }
}
