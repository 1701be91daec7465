import Files
import Testing

struct TSVTests {
  @Test("lines end with \\n or \\r\\n; a byte order mark and empty lines are ignored")
  func lines() {
    #expect(TSV.rows("\u{feff}a\tb\r\n\r\n1\t\n2\t3") == [["a", "b"], ["1", ""], ["2", "3"]])
    #expect(TSV.rows("") == [])
  }

  @Test(
    "characters that Unicode counts as line ends, and combining marks after a tab, are parts of cells",
    arguments: ["\u{85}", "\u{2028}", "\u{2029}", "\u{b}", "\u{c}", "\r", "\u{301}"])
  func cells(character: String) {
    #expect(TSV.rows("a\t\(character)b\n") == [["a", character + "b"]])
    #expect(TSV.rows("x\(character)y\tb\n") == [["x\(character)y", "b"]])
  }

  @Test("what is written is read back")
  func roundTrip() {
    let rows = [["participant_id", "age"], ["sub-1", "n/a"], ["sub-2", ""]]
    #expect(TSV.text(rows) == "participant_id\tage\nsub-1\tn/a\nsub-2\t\n")
    #expect(TSV.rows(TSV.text(rows)) == rows)
  }
}
