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
      ("a/**/c", "a/c", true), ("a/**/c", "a/b/c", true), ("a/**/c", "a/b/d/c", true), ("a/**/c", "c", false),
      ("a/**/c", "a/.b/c", false), ("a/**", "a/b/c", true), ("a/**", "a", false), ("a/**", "a/b/.c", false),
      ("**/c", "c", true), ("**/*.nii", "a/b/c.nii", true), ("**/b/**/d", "a/b/c/d", true),
      ("**/b/**/d", "a/c/d", false), ("a/**/c", "a/bc", false),
    ])
  func matching(pattern: String, path: String, expected: Bool) {
    #expect(FilePattern(pattern).matches(path) == expected)
  }

  @Test("a double star is any number of folders, as bash with globstar has it")
  func recursion() throws {
    let place = try Workplace()
    let names = [
      "T1.nii", "s1/T1.nii", "s1/mri/T1.nii", "s2/mri/deep/T1.nii", "s2/T2.nii", ".hidden/T1.nii",
      "s[3]/T1.nii",
    ]
    for name in names { try place.write("", to: name) }
    try FileManager.default.createSymbolicLink(atPath: place("s1/loop"), withDestinationPath: "..")
    // Below a component with `*`, bash also matches what is directly behind a symbolic link.
    for pattern in ["**/T1.nii", "**", "s2/**/T1.nii", "**/mri/**/*.nii", "**/**/T2.nii"] {
      let script = "shopt -s globstar nullglob; cd \"$1\"; LC_ALL=C; printf '%s\\n' $2"
      let expected = try ExternalProgram.output(["bash", "-c", script, "bash", place.path, pattern])
        .split(separator: "\n").map { place(String($0)) }
      let found = FilePattern(FilePattern.escaped(place.path) + "/" + pattern).paths()
      #expect(found == expected.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }, "\(pattern)")
    }
  }

  @Test("two names that differ only in their Unicode normalization are two files", arguments: ["*", "**/*"])
  func normalization(pattern: String) throws {
    let place = try Workplace()
    for name in ["\u{e9}.nii", "e\u{301}.nii"] { try place.write("", to: name) }
    let found = FilePattern(place(pattern) + ".nii").paths()
    #expect(Set(found.map { Array($0.utf8) }).count == 2)
    #expect(Set(found.map { NormalPath($0) }).count == 2)
    #expect(NormalPath("\u{e9}/a").isWithin(NormalPath("\u{e9}")))
    #expect(!NormalPath("\u{e9}/a").isWithin(NormalPath("e\u{301}")))
  }

  @Test("the files that match come in the order of their bytes, and none is no error")
  func expansion() throws {
    let place = try Workplace()
    for name in ["b.nii", "a.nii", "B.nii", ".c.nii", "d.txt"] { try place.write("", to: name) }
    #expect(FilePattern(place("*.nii")).paths() == ["B.nii", "a.nii", "b.nii"].map { place($0) })
    #expect(FilePattern(place("*.gz")).paths().isEmpty)
  }
}
